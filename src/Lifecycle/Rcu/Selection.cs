namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// Finds a number by its rank. It counts how many numbers lie in each of 128 equal parts of a range, and sorts only the part that has the
/// rank.
/// </summary>
internal sealed class Selection(int numbersMax)
{
    private const int Parts = 128;

    private readonly int[] _counts = new int[Parts];
    private readonly byte[] _parts = new byte[numbersMax];
    private readonly double[] _inPart = new double[numbersMax];

    /// <summary>The number at an index of the sorted numbers.</summary>
    /// <param name="numbers">At most as many as the constructor was told, none below <paramref name="least"/>.</param>
    /// <param name="index">The rank, from 0.</param>
    /// <param name="least">Where the range begins.</param>
    /// <param name="length">Length of the range. All numbers beyond its end share one part.</param>
    public double NthLeast(ReadOnlySpan<double> numbers, int index, double least, double length)
    {
        Array.Clear(_counts);
        double scale = (Parts - 1) / length;
        for (int number = 0; number < numbers.Length; number++)
        {
            byte part = (byte)Math.Min((numbers[number] - least) * scale, Parts - 1);
            _parts[number] = part;
            _counts[part]++;
        }

        int wanted = 0;
        for (; index >= _counts[wanted]; wanted++)
            index -= _counts[wanted];
        int count = 0;
        for (int number = 0; number < numbers.Length; number++)
        {
            if (_parts[number] == wanted)
                _inPart[count++] = numbers[number];
        }

        Span<double> inPart = _inPart.AsSpan(0, count);
        inPart.Sort();
        return inPart[index];
    }
}
