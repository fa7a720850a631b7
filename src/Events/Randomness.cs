namespace ForkTrace.Events;

/// <summary>
/// Counter-based random numbers: the same seed and number give the same value, on any thread and in any order. So results do not depend on
/// scheduling, and policies are compared with the same luck. SplitMix64's finalizer (Steele, Lea and Flood 2014).
/// </summary>
public static class Randomness
{
    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong seed, ulong number)
    {
        ulong mixed = seed + ((number + 1) * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Uniform(ulong seed, ulong number) => (Bits(seed, number) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public static double Normal(ulong seed, ulong number)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(seed, 2 * number)));
        return radius * Math.Cos(2 * Math.PI * Uniform(seed, (2 * number) + 1));
    }
}
