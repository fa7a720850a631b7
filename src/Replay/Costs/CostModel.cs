namespace ForkTrace.Replay.Costs;

/// <summary>The costs of taking and giving back a stack: a sum of parts, from a named file. See docs/costs.md.</summary>
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

    /// <summary>16 hexadecimal digits computed from the file's text. They distinguish two models with the same name.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>One sentence: the meaning of the figures, and where they apply.</summary>
    public string Summary { get; }

    /// <summary>Where the figures come from.</summary>
    public string Source { get; }

    /// <summary>The kernels that the prices are valid for; null if the file does not say.</summary>
    public KernelRange? Kernels { get; init; }

    /// <summary>How misses slow each other down; null if this was not measured. Misses are then priced as if each were alone.</summary>
    public MissContention? Contention { get; }

    /// <summary>All parts, in the order of <see cref="CostOperation"/>, including those without a price.</summary>
    public ImmutableArray<CostPart> Parts => _parts;

    /// <summary>
    /// Where the prices of taking a stack come from: <c>input</c> if the model is fitted so that its output is given, else <c>measured</c>,
    /// <c>assumed</c> or both, joined by commas; <c>unknown</c> if there is no price.
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

    /// <summary>True if the model has a price for a step of the release path.</summary>
    public bool HasReleasePath =>
        Prices(CostOperation.CachedPut) || Prices(CostOperation.Vfree) || Prices(CostOperation.PageFree) || Prices(CostOperation.RcuQueue)
        || Prices(CostOperation.MemcgUncharge);

    /// <summary>The part for an operation.</summary>
    public CostPart this[CostOperation operation] => _parts[(int)operation];

    /// <summary>True if the model gives the operation its own price, other than 0.</summary>
    public bool Prices(CostOperation operation) => !_prices[(int)operation].IsZero;

    /// <summary>The duration of an operation in ns for a uniform draw in [0, 1); 0 if it is unknown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SampleNs(CostOperation operation, double uniform) => _prices[(int)operation].QuantileNs(uniform);
}

/// <summary>
/// The factor by which a vmalloc takes longer while others are under way: linear between given points, constant after the last. Until 6.9
/// (72210662c5a2), all CPUs shared the locks of vmalloc.
/// </summary>
public sealed class MissContention
{
    private readonly double[] _factors;

    /// <param name="points">Pairs of misses under way elsewhere and factor. The first is (0, 1); neither value may fall.</param>
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

    /// <summary>The factor on a miss's duration while that many other misses are under way.</summary>
    public double Factor(int missesUnderWay) => _factors[Math.Min(missesUnderWay, _factors.Length - 1)];
}
