using System.Runtime.CompilerServices;

namespace ForkTrace.Replay.Costs;

/// <summary>Durations of what a fork does to get a stack: a named file, sampled by the engine. See docs/cost-models.md.</summary>
public sealed class CostModel
{
    private readonly CostDistribution[] _byOperation;

    internal CostModel(string name, string summary, string source, CostDistribution[] byOperation)
    {
        Name = name;
        Summary = summary;
        Source = source;
        _byOperation = byOperation;
    }

    public string Name { get; }

    /// <summary>One sentence: what the figures are and where they hold.</summary>
    public string Summary { get; }

    /// <summary>Where the figures come from.</summary>
    public string Source { get; }

    /// <summary>The duration of an operation at a uniform draw in [0, 1), in ns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SampleNs(CostOperation operation, double uniform) => _byOperation[(int)operation].QuantileNs(uniform);
}
