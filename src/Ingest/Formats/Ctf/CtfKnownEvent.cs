using System.Collections.Immutable;
using ForkTrace.Events;

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Which fields of a kernel event, by LTTng's names (instrumentation/events in lttng-modules), fill a row.</summary>
internal sealed record CtfKnownEvent(string Name, EventKind Kind, string Tid, string Other = "", string Comm = "", string Value = "")
{
    private const string Running = "(running)";

    /// <summary>The events that a stack's life can be told from.</summary>
    public static ImmutableArray<CtfKnownEvent> All { get; } =
    [
        new("sched_switch", EventKind.Switch, "prev_tid", "next_tid", "prev_comm", "prev_state"),
        new("sched_process_fork", EventKind.Fork, "child_tid", "parent_tid", "child_comm"),
        new("sched_process_exec", EventKind.Exec, "tid", Value: "old_tid"),
        new("sched_process_exit", EventKind.Exit, "tid", Comm: "comm", Value: "group_dead"),
        new("sched_process_free", EventKind.Free, "tid", Running, "comm"),
        new("sched_process_wait", EventKind.Wait, Running, "tid", "comm"),
        new("sched_wakeup_new", EventKind.WakeupNew, "tid", Running, "comm", "target_cpu"),
        new("sched_wakeup", EventKind.Wakeup, "tid", Running, "comm", "target_cpu"),
        new("sched_migrate_task", EventKind.Migrate, "tid", Running, "comm", "dest_cpu"),
        new("irq_softirq_entry", EventKind.RcuSoftirqEntry, Running, Value: "vec"),
        new("irq_softirq_exit", EventKind.RcuSoftirqExit, Running, Value: "vec"),
        new("kmem_cache_alloc", EventKind.TaskAlloc, Running, Value: "bytes_req"),
    ];

    public bool IsTidRunning => Tid == Running;

    public bool IsOtherRunning => Other == Running;

    /// <summary>What the field of that name is to the row.</summary>
    public CtfSlot SlotOf(string field)
    {
        if (field == Tid)
            return CtfSlot.Tid;
        if (field == Other)
            return CtfSlot.Other;
        if (field == Comm)
            return CtfSlot.Comm;
        if (field == Value)
            return CtfSlot.Value;
        return (Kind, field) switch
        {
            (EventKind.Switch, "next_comm") => CtfSlot.NextComm,
            (EventKind.TaskAlloc, "name") => CtfSlot.CacheName,
            _ => CtfSlot.None,
        };
    }
}
