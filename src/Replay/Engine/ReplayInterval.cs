using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Engine;

/// <summary>Results of policies in one interval of a recording's clock, and since its first event.</summary>
/// <param name="FirstNs">Time of the recording's first event, ns of its clock.</param>
/// <param name="FromNs">Start of the interval, ns of that clock.</param>
/// <param name="ToNs">End of the interval, ns; for the last one, the time of the last event.</param>
/// <param name="Facts">The facts known about the recording so far.</param>
/// <param name="Evidence">Evidence of the stack operations so far.</param>
/// <param name="Cells">One per policy, in the plan's order.</param>
public sealed record ReplayInterval(
    long FirstNs, long FromNs, long ToNs, TraceFacts Facts, EvidenceSummary Evidence, ImmutableArray<IntervalCell> Cells)
{
    /// <summary>Length of the interval in seconds.</summary>
    public double Seconds => (ToNs - FromNs) / 1e9;

    /// <summary>The policy of the recorded kernel. If the recording does not identify its kernel: the plan's first policy with
    /// figures.</summary>
    public IntervalCell? Own => Cells.FirstOrDefault(cell => cell.Total.Unmet is null);

    /// <summary>The other policy with the most hits since the start; the first one if several are equal.</summary>
    public IntervalCell? Best => Cells.Where(cell => cell.Total.Unmet is null && cell != Own).MaxBy(cell => cell.Total.Hits);

    /// <summary>Share of RCU callbacks so far whose time comes from a model instead of the recording; 0 to 1.</summary>
    public double ModelledShare
    {
        get
        {
            long modelled = Evidence.Count(StackOperationKind.StackCallback, Lifecycle.Grading.Evidence.Modelled)
                + Evidence.Count(StackOperationKind.TaskFree, Lifecycle.Grading.Evidence.Modelled);
            long all = Evidence.Total(StackOperationKind.StackCallback) + Evidence.Total(StackOperationKind.TaskFree);
            return all == 0 ? 0 : (double)modelled / all;
        }
    }
}

/// <summary>One policy in one interval.</summary>
/// <param name="Total">Its books at the end of the interval.</param>
/// <param name="Forks">Forks in the interval.</param>
/// <param name="Hits">Forks of the interval that got a cached stack.</param>
/// <param name="Causes">Misses of the interval, by cause.</param>
public sealed record IntervalCell(CellStanding Total, long Forks, long Hits, MissCauses Causes)
{
    /// <summary>Share of the interval's forks that hit; null if there were none.</summary>
    public double? HitRate => Rate(Hits, Forks);

    /// <summary>Share of all forks so far that hit; null if there were none.</summary>
    public double? HitRateSinceStart => Rate(Total.Hits, Total.Allocations);

    internal static IntervalCell Of(CellStanding? before, CellStanding now)
    {
        MissCauses earlier = before?.Causes ?? default;
        return new IntervalCell(now, now.Allocations - (before?.Allocations ?? 0), now.Hits - (before?.Hits ?? 0), new MissCauses(
            now.Causes.Cold - earlier.Cold,
            now.Causes.Placement - earlier.Placement,
            now.Causes.Node - earlier.Node,
            now.Causes.RcuDelay - earlier.RcuDelay,
            now.Causes.Capacity - earlier.Capacity));
    }

    private static double? Rate(long hits, long forks) => forks == 0 ? null : (double)hits / forks;
}
