namespace ForkTrace.Replay.Engine;

/// <summary>Sums of counts.</summary>
internal static class SpanSums
{
    public static long Sum(this Span<long> values)
    {
        long sum = 0;
        foreach (long value in values)
            sum += value;
        return sum;
    }

    public static long Sum(this Span<int> values)
    {
        long sum = 0;
        foreach (int value in values)
            sum += value;
        return sum;
    }
}
