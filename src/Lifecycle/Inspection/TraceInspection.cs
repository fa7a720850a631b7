using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Lifecycle.Inspection;

/// <summary>Facts about a trace before any policy is replayed over it.</summary>
public sealed record TraceInspection
{
    private const double NanosecondsPerSecond = 1e9;

    public required TraceFacts Facts { get; init; }

    public required TraceEvidence Evidence { get; init; }

    /// <summary>How to record again with what is missing; null if nothing is missing.</summary>
    public required BetterRecording? Record { get; init; }

    /// <summary>What the kernel's configuration says about its RCU callbacks, one sentence each; usually empty.</summary>
    public required ImmutableArray<string> RcuHints { get; init; }

    /// <summary>New tasks: task_newtask events, else sched_process_fork events.</summary>
    public required long Forks { get; init; }

    /// <summary>Forks per second of the trace; null if the trace has no duration, or its clock does not count nanoseconds.</summary>
    public required double? ForksPerSecond { get; init; }

    public required LifetimeSummary Lifetimes { get; init; }

    public static TraceInspection Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        TraceFacts facts = events.Facts;
        TraceEvidence evidence = TraceEvidence.Of(facts);
        long forks = facts.Forks;
        long durationNs = facts.LastNs - facts.FirstNs;
        return new TraceInspection
        {
            Facts = facts,
            Evidence = evidence,
            Record = BetterRecording.For(facts, evidence),
            RcuHints = Inspection.RcuHints.Of(facts),
            Forks = forks,
            ForksPerSecond = durationNs > 0 && facts.ClockUnit == "ns" ? forks * NanosecondsPerSecond / durationNs : null,
            Lifetimes = LifetimeSummary.Of(events),
        };
    }
}

/// <summary>Lifetimes of the tasks whose birth and last switch are both in the trace.</summary>
/// <param name="Tasks">Number of such tasks.</param>
/// <param name="P50Ns">Median lifetime, ns; 0 if there are none.</param>
/// <param name="P99Ns">99th percentile, ns.</param>
public sealed record LifetimeSummary(long Tasks, long P50Ns, long P99Ns)
{
    /// <summary>
    /// Measures from task_newtask (else sched_process_fork) to the last switch away from the dead task. Percentiles are exact (nearest
    /// rank).
    /// </summary>
    public static LifetimeSummary Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        int[] birthRows = RowsOfTasks(events.Facts.Tasks);
        int[] deathRows = RowsOfTasks(events.Facts.Tasks);
        FindEnds(events, birthRows, deathRows);
        List<long> lifetimesNs = [];
        ReadOnlySpan<long> timesNs = events.TimesNs;
        for (int task = 0; task < birthRows.Length; task++)
        {
            if (birthRows[task] >= 0 && deathRows[task] > birthRows[task])
                lifetimesNs.Add(timesNs[deathRows[task]] - timesNs[birthRows[task]]);
        }

        lifetimesNs.Sort();
        return new LifetimeSummary(lifetimesNs.Count, NearestRank(lifetimesNs, 0.50), NearestRank(lifetimesNs, 0.99));
    }

    private static void FindEnds(EventTable events, int[] birthRows, int[] deathRows)
    {
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        ReadOnlySpan<int> tasks = events.Tasks;
        for (int row = 0; row < kinds.Length; row++)
        {
            int task = tasks[row];
            if (task < 0)
                continue;
            EventKind kind = kinds[row];
            if (kind == EventKind.NewTask || (kind == EventKind.Fork && birthRows[task] < 0))
                birthRows[task] = row;
            else if (kind == EventKind.DeathSwitch)
                deathRows[task] = row;
        }
    }

    private static int[] RowsOfTasks(int tasks)
    {
        int[] rows = new int[tasks];
        Array.Fill(rows, -1);
        return rows;
    }

    private static long NearestRank(List<long> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(1, (int)Math.Ceiling(share * sorted.Count)) - 1];
}
