using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Lifecycle.Inspection;

/// <summary>What a trace is, before any policy is replayed over it.</summary>
public sealed record TraceInspection
{
    private const double NanosecondsPerSecond = 1e9;

    public required TraceFacts Facts { get; init; }

    public required TraceEvidence Evidence { get; init; }

    /// <summary>How to record again with what is missing; null if nothing is.</summary>
    public required RecordCommand? Record { get; init; }

    /// <summary>New tasks: task_newtask events, else sched_process_fork events.</summary>
    public required long Forks { get; init; }

    /// <summary>Forks over the trace's time; null where the trace spans none, or its clock counts no nanoseconds.</summary>
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
            Record = RecordCommand.For(facts, evidence),
            Forks = forks,
            ForksPerSecond = durationNs > 0 && facts.ClockUnit == "ns" ? forks * NanosecondsPerSecond / durationNs : null,
            Lifetimes = LifetimeSummary.Of(events),
        };
    }
}
