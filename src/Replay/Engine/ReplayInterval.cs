using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Engine;

/// <summary>What policies did in one interval of a recording's clock, and since its first event.</summary>
/// <param name="FirstNs">Time of the recording's first event, ns of its clock.</param>
/// <param name="FromNs">When the interval begins.</param>
/// <param name="ToNs">When it ends: the recording's last interval with the last event.</param>
/// <param name="Facts">What is known of the recording by now.</param>
/// <param name="Evidence">How the stack operations so far are known.</param>
/// <param name="Cells">Each policy, in the plan's order.</param>
public sealed record ReplayInterval(
    long FirstNs, long FromNs, long ToNs, TraceFacts Facts, EvidenceSummary Evidence, ImmutableArray<IntervalCell> Cells)
{
    /// <summary>Length of the interval in seconds.</summary>
    public double Seconds => (ToNs - FromNs) / 1e9;

    /// <summary>The policy of the recorded kernel; the plan's first that has figures, if the recording does not tell its kernel.</summary>
    public IntervalCell? Own => Cells.FirstOrDefault(cell => cell.Total.Unmet is null);

    /// <summary>Of the other policies, the one that has hit most often since the start; the first of several.</summary>
    public IntervalCell? Best => Cells.Where(cell => cell.Total.Unmet is null && cell != Own).MaxBy(cell => cell.Total.Hits);

    /// <summary>Share of RCU callbacks so far whose time a model says, not the recording; 0 to 1.</summary>
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
/// <param name="Total">Its books at the interval's end.</param>
/// <param name="Forks">Forks in the interval.</param>
/// <param name="Hits">Of these, those that got a cached stack.</param>
/// <param name="Causes">The others, by cause.</param>
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
