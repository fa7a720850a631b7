namespace ForkTrace.Replay.Costs;

/// <summary>Durations of what a fork does to get a stack: a named file, sampled by the engine. See docs/policies.md.</summary>
public sealed class CostModel
{
    private readonly CostDistribution[] _byOperation;

    internal CostModel(string name, string summary, string source, CostDistribution[] byOperation, MissContention? contention = null)
    {
        Name = name;
        Summary = summary;
        Source = source;
        _byOperation = byOperation;
        Contention = contention;
    }

    public string Name { get; }

    /// <summary>16 hexadecimal digits of the file's text: two models of one name differ in it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>One sentence: what the figures are and where they hold.</summary>
    public string Summary { get; }

    /// <summary>Where the figures come from.</summary>
    public string Source { get; }

    /// <summary>How misses slow each other down; null if they do not.</summary>
    public MissContention? Contention { get; }

    /// <summary>True if the model prices the release path at all.</summary>
    public bool HasReleasePath =>
        Prices(CostOperation.CachedPut) || Prices(CostOperation.Vfree) || Prices(CostOperation.PageFree) || Prices(CostOperation.RcuQueue);

    /// <summary>True if the model gives the operation a price other than nothing.</summary>
    public bool Prices(CostOperation operation) => !_byOperation[(int)operation].IsZero;

    /// <summary>The duration of an operation at a uniform draw in [0, 1), in ns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SampleNs(CostOperation operation, double uniform) => _byOperation[(int)operation].QuantileNs(uniform);
}

/// <summary>What getting a stack and giving it back can spend time on. A cost model gives each a distribution.</summary>
public enum CostOperation
{
    /// <summary>An order-2 block from the page allocator: the stack of kernels up to 4.8.</summary>
    PageAllocation = 0,

    /// <summary>A new virtual mapping of four pages: a miss since 4.9.</summary>
    Vmalloc = 1,

    /// <summary>A stack from the CPU's cache.</summary>
    CacheHit = 2,

    /// <summary>Clearing 16 KiB (<c>StackWork.ZeroOnHit</c> and the like).</summary>
    Zeroing = 3,

    /// <summary>Charging a stack's pages to a memory cgroup.</summary>
    MemcgCharge = 4,

    /// <summary>Putting a dead task's stack into a cache. Release path.</summary>
    CachedPut = 5,

    /// <summary>vfree of a stack, or handing it to a workqueue that does it. Release path.</summary>
    Vfree = 6,

    /// <summary>Freeing an order-2 block. Release path.</summary>
    PageFree = 7,

    /// <summary>call_rcu for a stack. Release path.</summary>
    RcuQueue = 8,
}

/// <summary>A duration's distribution, given by quantiles with straight lines between them; one quantile is a constant.</summary>
public readonly struct CostDistribution
{
    private readonly double[] _shares;
    private readonly double[] _valuesNs;

    /// <param name="shares">Rising from 0 to 1.</param>
    /// <param name="valuesNs">The duration at each share, not falling, in ns.</param>
    public CostDistribution(double[] shares, double[] valuesNs)
    {
        _shares = shares;
        _valuesNs = valuesNs;
    }

    /// <summary>No duration at all.</summary>
    public static CostDistribution Zero { get; } = new([0], [0]);

    /// <summary>True if every duration is 0.</summary>
    public bool IsZero => _valuesNs[^1] == 0;

    /// <summary>The duration that a share <paramref name="uniform"/> in [0, 1) of draws stays below, in ns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double QuantileNs(double uniform)
    {
        double[] values = _valuesNs;
        if (values.Length == 1)
            return values[0];
        double[] shares = _shares;
        int upper = 1;
        while (upper < values.Length - 1 && shares[upper] < uniform)
            upper++;
        double within = (uniform - shares[upper - 1]) / (shares[upper] - shares[upper - 1]);
        return values[upper - 1] + (within * (values[upper] - values[upper - 1]));
    }
}

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
