using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Fidelity.Validation;

/// <summary>
/// How much of a recording a replay may use: only the events that a smaller recording would have. The difference between two levels shows what
/// an additional event gains.
/// </summary>
/// <param name="Name">The name that <c>--evidence</c> takes.</param>
/// <param name="Summary">The events that it has.</param>
/// <param name="Hidden">Kinds that are left out.</param>
/// <param name="UsesCallbackTruth">True if the RCU callbacks of stacks, seen by probes, are used too.</param>
public sealed record EvidenceLevel(string Name, string Summary, ImmutableArray<EventKind> Hidden, bool UsesCallbackTruth)
{
    private static readonly ImmutableArray<EventKind> s_softirqs = [EventKind.RcuSoftirqEntry, EventKind.RcuSoftirqExit];

    /// <summary>All stock events: those that <c>forktrace record</c> records, and RCU softirqs if they were recorded.</summary>
    public static EvidenceLevel Standard { get; } = new("standard", "all stock events of the recording", [], false);

    /// <summary>All levels, from least to most.</summary>
    public static ImmutableArray<EvidenceLevel> All { get; } =
    [
        new(
            "fork-exit",
            "sched_process_fork and sched_process_exit only",
            [
                EventKind.NewTask, EventKind.DeathSwitch, EventKind.Switch, EventKind.Free, EventKind.TaskAlloc, EventKind.Wait,
                EventKind.WakeupNew, EventKind.Wakeup, EventKind.Migrate, .. s_softirqs,
            ],
            false),
        new("switch", "task_newtask and the final sched_switch", [EventKind.Free, EventKind.TaskAlloc, .. s_softirqs], false),
        new("free", "and sched_process_free", [EventKind.TaskAlloc, .. s_softirqs], false),
        new("alloc", "and kmem_cache_alloc of the task_struct", s_softirqs, false),
        Standard,
        new("callbacks", "and the RCU callbacks of stacks, seen by probes", [], true),
    ];

    /// <summary>The level of that name, or null.</summary>
    public static EvidenceLevel? ByName(string name) => All.FirstOrDefault(level => level.Name == name);

    /// <summary>The trace as this level sees it. Events that show the kernel's outcome are hidden, unless the level uses them.</summary>
    public EventTable Reduce(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (UsesCallbackTruth)
            return events;
        return Hidden.IsEmpty ? ReplayInput.Of(events) : ReplayInput.Without(events, Hidden.AsSpan());
    }

    /// <summary>The same, batch by batch; not for a level that uses the truth about callbacks. The result disposes the stream.</summary>
    public EventStream Reduce(EventStream events) => Hidden.IsEmpty ? events : new ReducedStream(events, Hidden);

    private sealed class ReducedStream(EventStream events, ImmutableArray<EventKind> hidden) : EventStream
    {
        public override TraceFacts Facts => events.Facts;

        public override CommTable CommNames => events.CommNames;

        public override EventTable? Next()
        {
            while (events.Next() is { } batch)
            {
                EventColumns kept = ReplayInput.Without(batch, hidden.AsSpan());
                if (kept.Count > 0)
                    return kept;
            }

            return null;
        }

        public override void Dispose()
        {
            events.Dispose();
            base.Dispose();
        }
    }
}
