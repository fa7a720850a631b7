namespace ForkTrace.Analytics.Traces;

/// <summary>The tables of a recording, and what their columns mean.</summary>
internal static class TraceColumns
{
    private const string Evidence = "How the time is known: observed, inferred, modelled.";

    private static readonly TraceColumn s_time = new("ts_ns", typeof(long), "Time, ns of the trace clock.");
    private static readonly TraceColumn s_start = new("start_ns", typeof(long), "Time, ns from the recording's first event.");

    public static TraceRelation Events { get; } = new(
        "events",
        "The recording's events in order of time, as far as they were stored.",
        s_time,
        s_start,
        new TraceColumn("cpu", typeof(int), "CPU whose buffer held the event."),
        new TraceColumn("kind", typeof(string), "newtask, fork, exit, death_switch, free, ... (docs/json.md)."),
        new TraceColumn("task", typeof(int), "Whom the event is about (lifecycles.task); NULL for the idle task."),
        new TraceColumn("other", typeof(int), "The other task of the event: parent, child or next task; NULL for none."),
        new TraceColumn("tid", typeof(int), "Thread id of the task, in the root pid namespace."),
        new TraceColumn("comm", typeof(string), "Name of the task, as recorded: any bytes; NULL where unknown."),
        new TraceColumn("value", typeof(long), "Clone flags, prev_state, size and so on, by kind."));

    public static TraceRelation Operations { get; } = new(
        "operations",
        "What happened to stacks, in the order that policies are replayed over.",
        s_time,
        s_start,
        new TraceColumn("cpu", typeof(int), "CPU of the operation."),
        new TraceColumn("operation", typeof(string), "allocate, release, stack_callback or task_free; cpu_offline or lost_events."),
        new TraceColumn("task", typeof(int), "Whose stack (lifecycles.task); -1 for what happened to a CPU."),
        new TraceColumn("evidence", typeof(string), Evidence));

    public static TraceRelation Lifecycles { get; } = new(
        "lifecycles",
        "One row per task, and one per fork that failed: its stack from allocation to RCU callbacks. NULL where the recording shows none.",
        new TraceColumn("task", typeof(int), "Number of the task: one for each life of a tid."),
        new TraceColumn("tid", typeof(int), "Thread id, in the root pid namespace; NULL for a failed fork."),
        new TraceColumn("comm", typeof(string), "Name at its fork, which is its parent's: any bytes; NULL where unknown."),
        new TraceColumn("kind", typeof(string), "thread, vfork or process, by clone flags; NULL where they say neither or are unknown."),
        new TraceColumn("parent", typeof(int), "The task that forked it; NULL where unknown."),
        new TraceColumn("is_failed_fork", typeof(bool), "Whether the fork took a stack and failed."),
        new TraceColumn("allocated_ns", typeof(long), "When the stack was taken, ns of the trace clock; NULL if before the recording."),
        new TraceColumn("allocated_evidence", typeof(string), Evidence),
        new TraceColumn("fork_cpu", typeof(int), "CPU that took the stack."),
        new TraceColumn("released_ns", typeof(long), "The last switch away from the dead task, ns of the trace clock."),
        new TraceColumn("released_evidence", typeof(string), Evidence),
        new TraceColumn("death_cpu", typeof(int), "CPU of the last switch."),
        new TraceColumn("stack_callback_ns", typeof(long), "When an RCU callback queued at the last switch ran, ns of the trace clock."),
        new TraceColumn("stack_callback_evidence", typeof(string), Evidence),
        new TraceColumn("freed_ns", typeof(long), "When the task_struct's own RCU callback ran, ns of the trace clock."),
        new TraceColumn("freed_evidence", typeof(string), Evidence),
        new TraceColumn("lifetime_ns", typeof(long), "From the stack's allocation to the last switch, ns."));
}

/// <summary>A table that a recording is shown as.</summary>
internal sealed record TraceRelation(string Name, string Description, params TraceColumn[] Columns);

/// <summary>A column of a recording's table.</summary>
internal sealed record TraceColumn(string Name, Type Type, string Description);
