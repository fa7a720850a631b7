namespace ForkTrace.TestKit.Fuzzing;

/// <summary>What one input may cost.</summary>
public static class FuzzLimits
{
    /// <summary>Time that one input may take; honest inputs of this size take a millisecond.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    // Damaged tids can be the largest there are: tables by tid of 16 MiB each, with those that they grew from.
    private const long BytesForAny = 200 << 20;
    private const long BytesForEach = 100;

    /// <summary>Managed bytes that a thread may allocate, dead or alive, for an input of that length.</summary>
    public static long AllocatedBytes(int inputBytes) => BytesForAny + (BytesForEach * inputBytes);
}
