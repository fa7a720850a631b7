namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Limits for the cost of one input.</summary>
public static class FuzzLimits
{
    /// <summary>Maximum time for one input. Undamaged inputs of this size take a millisecond.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    // A damaged tid can have the largest possible value: tables by tid then have 16 MiB each, plus the tables that they grew from.
    private const long BytesForAny = 200 << 20;
    private const long BytesForEach = 100;

    /// <summary>Maximum number of managed bytes that a thread may allocate for an input, including garbage.</summary>
    public static long AllocatedBytes(int inputBytes) => BytesForAny + (BytesForEach * inputBytes);
}
