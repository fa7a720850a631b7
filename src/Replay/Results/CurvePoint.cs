namespace ForkTrace.Replay.Results;

/// <summary>One capacity of a policy.</summary>
/// <param name="Capacity">Stacks that each CPU may keep.</param>
/// <param name="Hits">Forks that found one.</param>
/// <param name="HitRate">Of all forks.</param>
/// <param name="CachedMeanBytes">Memory in caches, averaged over time.</param>
/// <param name="CachedPeakBytes">The most memory in caches at any time.</param>
/// <param name="HitsGained">Hits more than the point before, for each stack of capacity more; 0 at the first point.</param>
public readonly record struct CurvePoint(
    long Capacity, long Hits, double HitRate, double CachedMeanBytes, long CachedPeakBytes, double HitsGained)
{
    /// <summary>What a fork paid for its stack, ns; null without forks.</summary>
    public double? CostMeanNs { get; init; }
}
