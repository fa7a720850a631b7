namespace ForkTrace.Ingest.Tracepoints;

/// <summary>The kernel events that a stack's life can be told from: one line each. All readers of binary traces share it.</summary>
internal static class KnownTracepoints
{
    private static readonly string[] s_running = ["common_pid"];
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
        // Until 6.1 an allocation on a node, as dup_task_struct makes it, had an event of its own.
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
}

/// <summary>Which fields of a kernel event fill a row, by name. Several names are tried in order: the kernel renamed some.</summary>
/// <param name="System">The event's system.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Kind">The row's kind.</param>
/// <param name="Tid">Field with the subject's tid.</param>
/// <param name="Other">Field with the other task's tid, or null.</param>
/// <param name="Comm">Field with the subject's comm, or null.</param>
/// <param name="Value">Field with the value, or null.</param>
internal sealed record KnownTracepoint(
    string System, string Name, EventKind Kind, string[] Tid, string? Other = null, string? Comm = null, string? Value = null);
