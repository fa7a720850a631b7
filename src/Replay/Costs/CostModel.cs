using System.Runtime.CompilerServices;

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
