namespace ForkTrace.Ingest.Tracepoints;

/// <summary>The kernel events that affect stacks, one per line. All readers of binary traces share this list.</summary>
internal static class KnownTracepoints
{
    private static readonly string[] s_running = [KnownTracepoint.Running];
    private static readonly string[] s_pid = ["pid"];

    public static ImmutableArray<KnownTracepoint> All { get; } =
    [
        new("task", "task_newtask", EventKind.NewTask, s_pid, "common_pid", "comm", "clone_flags"),
        new("task", "task_rename", EventKind.Rename, ["pid", "common_pid"], null, "newcomm"),
        new("sched", "sched_process_fork", EventKind.Fork, ["child_pid"], "parent_pid", "child_comm"),
        new("sched", "sched_process_exec", EventKind.Exec, s_pid, null, null, "old_pid"),
        new("sched", "sched_process_exit", EventKind.Exit, s_pid, null, "comm", "group_dead"),
        new("sched", "sched_process_free", EventKind.Free, s_pid, "common_pid", "comm"),
        new("sched", "sched_process_wait", EventKind.Wait, s_running, "pid", "comm"),
        new("sched", "sched_switch", EventKind.Switch, ["prev_pid"], "next_pid", "prev_comm", "prev_state"),
        new("sched", "sched_wakeup_new", EventKind.WakeupNew, s_pid, "common_pid", "comm", "target_cpu"),
        new("sched", "sched_wakeup", EventKind.Wakeup, s_pid, "common_pid", "comm", "target_cpu"),
        new("sched", "sched_migrate_task", EventKind.Migrate, s_pid, "common_pid", "comm", "dest_cpu"),
        new("kmem", "kmem_cache_alloc", EventKind.TaskAlloc, s_running, null, null, "bytes_req"),
        // Until 6.1, an allocation on a node, as in dup_task_struct, had its own event.
        new("kmem", "kmem_cache_alloc_node", EventKind.TaskAlloc, s_running, null, null, "bytes_req"),
        new("vmalloc", "alloc_vmap_area", EventKind.StackMap, s_running, null, null, "addr"),
        new("irq", "softirq_entry", EventKind.RcuSoftirqEntry, s_running, null, null, "vec"),
        new("irq", "softirq_exit", EventKind.RcuSoftirqExit, s_running, null, null, "vec"),
        new("rcu", "rcu_grace_period", EventKind.RcuGracePeriod, s_running, null, null, "gp_seq"),
        new("rcu", "rcu_callback", EventKind.RcuCallback, s_running, null, null, "func"),
        new("rcu", "rcu_invoke_callback", EventKind.RcuInvokeCallback, s_running, null, null, "func"),
        new("rcu", "rcu_batch_start", EventKind.RcuBatchStart, s_running, null, null, "qlen"),
        new("rcu", "rcu_batch_end", EventKind.RcuBatchEnd, s_running, null, null, "callbacks_invoked"),
        new("rcu", "rcu_utilization", EventKind.RcuUtilization, s_running),
        new("syscalls", "sys_enter_clone", EventKind.ForkEnter, s_running),
        new("syscalls", "sys_exit_clone", EventKind.ForkExit, s_running, null, null, "ret"),
        new("syscalls", "sys_enter_clone3", EventKind.ForkEnter, s_running),
        new("syscalls", "sys_exit_clone3", EventKind.ForkExit, s_running, null, null, "ret"),
        new("syscalls", "sys_enter_fork", EventKind.ForkEnter, s_running),
        new("syscalls", "sys_exit_fork", EventKind.ForkExit, s_running, null, null, "ret"),
        new("syscalls", "sys_enter_vfork", EventKind.ForkEnter, s_running),
        new("syscalls", "sys_exit_vfork", EventKind.ForkExit, s_running, null, null, "ret"),
        new("cpuhp", "cpuhp_enter", EventKind.CpuDown, s_running, null, null, "cpu"),
        new("cgroup", "cgroup_attach_task", EventKind.Cgroup, s_pid, null, "comm"),
        new("gt", "dup", EventKind.ProbeDup, s_running, null, null, "dst"),
        new("gt", "vmalloc", EventKind.ProbeVmalloc, s_running, null, null, "size"),
        new("gt", "newt", EventKind.ProbeNewTask, s_pid, "common_pid", null, "stack"),
        new("gt", "put", EventKind.ProbePut, s_pid, "common_pid", null, "ref"),
        new("gt", "crcu", EventKind.ProbeCallRcu, s_running, null, null, "head"),
        new("gt", "srcu", EventKind.ProbeStackRcu, s_running, null, null, "head"),
        new("gt", "vfree", EventKind.ProbeVfree, s_running, null, null, "addr"),
        new("gt", "dput", EventKind.ProbeDelayedPut, s_running, null, null, "rhp"),
        new("gt", "ftask", EventKind.ProbeFreeTask, s_running, null, null, "task"),
        new("ftrace", "function", EventKind.None, s_running, null, null, "ip"),
    ];

    /// <summary>The events that a trace may name without their system: all except those of the function tracer and of probes.</summary>
    public static ImmutableArray<KnownTracepoint> Named { get; } = [.. All.Where(known => known.System is not ("ftrace" or "gt"))];
}

/// <summary>
/// The fields of a kernel event that fill a row, by name; null for none. Several names for the subject's tid are tried in order, because
/// the kernel renamed some.
/// </summary>
internal sealed record KnownTracepoint(
    string System, string Name, EventKind Kind, string[] Tid, string? Other = null, string? Comm = null, string? Value = null)
{
    /// <summary>The field of every record that contains the tid of the running thread.</summary>
    public const string Running = "common_pid";

    /// <summary><c>system:name</c>.</summary>
    public string FullName { get; } = $"{System}:{Name}";

    /// <summary>True if the subject is the running thread, unless the event names another.</summary>
    public bool IsTidRunning { get; } = Tid.Contains(Running);

    /// <summary>True if the other task is the running thread.</summary>
    public bool IsOtherRunning { get; } = Other == Running;

    /// <summary>The part of a row that the field with that name fills.</summary>
    public RowSlot SlotOf(string field)
    {
        if (Tid.Contains(field))
            return RowSlot.Tid;
        if (field == Other)
            return RowSlot.Other;
        if (field == Comm)
            return RowSlot.Comm;
        if (field == Value)
            return RowSlot.Value;
        return (Kind, field) switch
        {
            (EventKind.Switch, "next_comm") => RowSlot.NextComm,
            (EventKind.StackMap, "size") or (EventKind.CpuDown, "target") or (EventKind.Cgroup, "dst_root") => RowSlot.Size,
            (EventKind.StackMap, "align") => RowSlot.Align,
            (EventKind.TaskAlloc, "name") => RowSlot.CacheName,
            (EventKind.Cgroup, "dst_path") => RowSlot.CgroupPath,
            _ => RowSlot.None,
        };
    }
}

/// <summary>The part of a row that an event's field fills.</summary>
internal enum RowSlot : byte
{
    None,
    Tid,
    Other,
    Comm,
    NextComm,
    Value,

    /// <summary>For cpuhp_enter: the target state of the CPU. For cgroup_attach_task: the number of the hierarchy.</summary>
    Size,
    Align,
    CacheName,
    CgroupPath,
}
