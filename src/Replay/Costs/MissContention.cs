namespace ForkTrace.Replay.Costs;

/// <summary>
/// By how much a vmalloc takes longer while others are under way: straight lines between given points, flat after the last. The locks of
/// vmalloc were the machine's until 6.9 (72210662c5a2).
/// </summary>
public sealed class MissContention
{
    private readonly double[] _factors;

    /// <param name="points">Misses under way elsewhere and the factor then; the first is (0, 1), both rise or stay.</param>
    internal MissContention(IReadOnlyList<(int Misses, double Factor)> points)
    {
        _factors = new double[points[^1].Misses + 1];
        for (int index = 1; index < points.Count; index++)
        {
            (int fromMisses, double fromFactor) = points[index - 1];
            (int toMisses, double toFactor) = points[index];
            for (int misses = fromMisses; misses <= toMisses; misses++)
                _factors[misses] = fromFactor + ((toFactor - fromFactor) * (misses - fromMisses) / (toMisses - fromMisses));
        }

        _factors[0] = points[0].Factor;
    }

    /// <summary>The factor on a miss's duration when so many others are under way.</summary>
    public double Factor(int missesUnderWay) => _factors[Math.Min(missesUnderWay, _factors.Length - 1)];
}
