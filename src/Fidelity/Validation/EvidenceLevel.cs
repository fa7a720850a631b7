using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Fidelity.Validation;

/// <summary>
/// How much of a recording a replay may look at: the events that someone who recorded less would have. What one more event buys is
/// the difference between two levels.
/// </summary>
/// <param name="Name">The name that <c>--evidence</c> takes.</param>
/// <param name="Summary">Which events it has.</param>
/// <param name="Hidden">Kinds that are left out.</param>
/// <param name="UsesCallbackTruth">True if the RCU callbacks of stacks, seen by probes, are used too: all that a recording can tell of RCU.</param>
public sealed record EvidenceLevel(string Name, string Summary, ImmutableArray<EventKind> Hidden, bool UsesCallbackTruth)
{
    private static readonly ImmutableArray<EventKind> s_softirqs = [EventKind.RcuSoftirqEntry, EventKind.RcuSoftirqExit];

    /// <summary>All that stock events tell: what <c>forktrace record</c> asks for, and RCU softirqs where they were recorded.</summary>
    public static EvidenceLevel Standard { get; } = new("standard", "all stock events of the recording", [], false);

    /// <summary>From least to most.</summary>
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

    /// <summary>The trace as this level sees it: without what tells the kernel's outcome, unless the level is about just that.</summary>
    public EventTable Reduce(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (UsesCallbackTruth)
            return events;
        return Hidden.IsEmpty ? ReplayInput.Of(events) : ReplayInput.Without(events, Hidden.AsSpan());
    }
}
