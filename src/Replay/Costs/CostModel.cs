namespace ForkTrace.Replay.Costs;

/// <summary>What getting a stack and giving it back takes: a sum of parts, from a named file. See docs/costs.md.</summary>
public sealed class CostModel
{
    private readonly ImmutableArray<CostPart> _parts;
    private readonly CostDistribution[] _prices;

    internal CostModel(string name, string summary, string source, ImmutableArray<CostPart> parts, MissContention? contention = null)
    {
        Name = name;
        Summary = summary;
        Source = source;
        _parts = parts;
        _prices = [.. parts.Select(part => part.Price ?? CostDistribution.Zero)];
        Contention = contention;
    }

    public string Name { get; }

    /// <summary>16 hexadecimal digits of the file's text: two models of one name differ in it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>One sentence: what the figures are and where they hold.</summary>
    public string Summary { get; }

    /// <summary>Where the figures come from.</summary>
    public string Source { get; }

    /// <summary>The kernels that the prices hold for; null where the file does not say.</summary>
    public KernelRange? Kernels { get; init; }

    /// <summary>How misses slow each other down; null if that was not measured: misses are then priced as if each were alone.</summary>
    public MissContention? Contention { get; }

    /// <summary>All parts, in the order of <see cref="CostOperation"/>: also those that the model has no price for.</summary>
    public ImmutableArray<CostPart> Parts => _parts;

    /// <summary>
    /// How the prices of getting a stack are known: <c>input</c>, if what comes out is what was put in, else <c>measured</c>,
    /// <c>assumed</c> or both, joined by commas; <c>unknown</c> if there is none.
    /// </summary>
    public string Basis
    {
        get
        {
            CostPart[] parts = [this[CostOperation.PageAllocation], this[CostOperation.Vmalloc], this[CostOperation.CacheHit]];
            string[] bases = [.. parts.Where(part => part.IsKnown).Select(part => CostBases.Name(part.Basis)).Distinct().Order(StringComparer.Ordinal)];
            string input = CostBases.Name(CostBasis.Input);
            return bases.Length == 0 ? "unknown" : bases.Contains(input) ? input : string.Join(", ", bases);
        }
    }

    /// <summary>True if the model prices a step of the release path.</summary>
    public bool HasReleasePath =>
        Prices(CostOperation.CachedPut) || Prices(CostOperation.Vfree) || Prices(CostOperation.PageFree) || Prices(CostOperation.RcuQueue)
        || Prices(CostOperation.MemcgUncharge);

    /// <summary>The part that an operation is.</summary>
    public CostPart this[CostOperation operation] => _parts[(int)operation];

    /// <summary>True if the model gives the operation a price of its own, other than nothing.</summary>
    public bool Prices(CostOperation operation) => !_prices[(int)operation].IsZero;

    /// <summary>The duration of an operation at a uniform draw in [0, 1), in ns; 0 where it is not known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SampleNs(CostOperation operation, double uniform) => _prices[(int)operation].QuantileNs(uniform);
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
