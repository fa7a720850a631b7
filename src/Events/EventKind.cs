using System.Buffers;
using System.Text.Json;

namespace ForkTrace.Events;

/// <summary>
/// The kind of event in one row of an <see cref="EventTable"/>. Each member names its kernel event, the task that is the row's subject
/// (<c>tid</c>), and the meaning of <c>other</c> and <c>value</c>. Numbers are stored in files: never reuse one.
/// </summary>
public enum EventKind : byte
{
    /// <summary>An event that was read but does not affect stacks; counted by name, never stored.</summary>
    None = 0,

    /// <summary><c>task:task_newtask</c>, end of copy_process in the parent. other = parent, value = clone_flags.</summary>
    NewTask = 1,

    /// <summary><c>sched:sched_process_fork</c>, kernel_clone. Subject = child, other = parent.</summary>
    Fork = 2,

    /// <summary><c>sched:sched_process_exec</c>. value = the tid before exec, which differs when a non-leader thread execs.</summary>
    Exec = 3,

    /// <summary>
    /// <c>sched:sched_process_exit</c>, do_exit. value = group_dead: 1 or 0; -1 if the kernel (before 6.16) does not report it.
    /// </summary>
    Exit = 4,

    /// <summary><c>sched:sched_process_free</c>, from the RCU callback delayed_put_task_struct. other = the task it interrupted.</summary>
    Free = 5,

    /// <summary><c>sched:sched_switch</c> away from a dead task (prev_state X, Z or x). other = next task, value = prev_state.</summary>
    DeathSwitch = 6,

    /// <summary><c>sched:sched_switch</c> away from a living task. other = next task, value = prev_state.</summary>
    Switch = 7,

    /// <summary><c>sched:sched_process_wait</c>: the subject begins to wait. other = the child waited for, 0 = any.</summary>
    Wait = 8,

    /// <summary><c>task:task_rename</c>. The row's comm is the new name.</summary>
    Rename = 9,

    /// <summary><c>kmem:kmem_cache_alloc</c> of a task_struct by the forking thread, just before its stack. value = bytes_req.</summary>
    TaskAlloc = 10,

    /// <summary><c>vmalloc:alloc_vmap_area</c> of a thread stack: the cache missed. Ground truth. value = address.</summary>
    StackMap = 11,

    /// <summary><c>sched:sched_wakeup_new</c>: first wake-up of a new task. value = target_cpu.</summary>
    WakeupNew = 12,

    /// <summary><c>sched:sched_wakeup</c>. value = target_cpu.</summary>
    Wakeup = 13,

    /// <summary><c>sched:sched_migrate_task</c>. value = dest_cpu.</summary>
    Migrate = 14,

    /// <summary><c>irq:softirq_entry</c> of vec 9 (RCU). Subject = the interrupted task.</summary>
    RcuSoftirqEntry = 15,

    /// <summary><c>irq:softirq_exit</c> of vec 9 (RCU).</summary>
    RcuSoftirqExit = 16,

    /// <summary><c>rcu:rcu_grace_period</c>. value = gp_seq.</summary>
    RcuGracePeriod = 17,

    /// <summary><c>rcu:rcu_callback</c>. value = address of the callback function.</summary>
    RcuCallback = 18,

    /// <summary><c>rcu:rcu_invoke_callback</c>. value = address of the callback function.</summary>
    RcuInvokeCallback = 19,

    /// <summary><c>rcu:rcu_batch_start</c>. value = qlen.</summary>
    RcuBatchStart = 20,

    /// <summary><c>rcu:rcu_batch_end</c>. value = callbacks_invoked.</summary>
    RcuBatchEnd = 21,

    /// <summary><c>rcu:rcu_utilization</c>.</summary>
    RcuUtilization = 22,

    /// <summary><c>rcu:rcu_invoke_callback</c> of thread_stack_free_rcu: a stack's own callback. Ground truth.</summary>
    StackRcuInvoke = 23,

    /// <summary>
    /// <c>rcu:rcu_callback</c> of thread_stack_free_rcu: its cache was full. Ground truth. value = address of the function.
    /// </summary>
    StackRcuQueue = 24,

    /// <summary><c>syscalls:sys_enter_clone</c>, <c>clone3</c>, <c>fork</c> or <c>vfork</c>: the subject begins to fork.</summary>
    ForkEnter = 25,

    /// <summary><c>syscalls:sys_exit_clone</c> and so on, in the parent and in the child. value = what the call returned.</summary>
    ForkExit = 26,

    /// <summary>
    /// <c>cpuhp:cpuhp_enter</c> with target CPUHP_OFFLINE (0): a step of taking a CPU down, after the point where it runs tasks. value =
    /// the CPU. Subject = the task that takes it down, on another CPU. The last steps of the CPU itself are included.
    /// </summary>
    CpuDown = 27,

    /// <summary>
    /// The cgroup of a task from now on: <c>cgroup:cgroup_attach_task</c> of the v2 hierarchy, or the cgroup of the forking task in a
    /// sample of perf (<c>--all-cgroups</c>). value = index into <see cref="TraceFacts.Cgroups"/>.
    /// </summary>
    Cgroup = 28,

    /// <summary>
    /// Probe <c>gt:dup</c> on arch_dup_task_struct: just before the stack is allocated. Ground truth. value = new task_struct.
    /// </summary>
    ProbeDup = 32,

    /// <summary>Probe <c>gt:vmalloc</c> on __vmalloc_node_range of 16 KiB: the cache missed. Ground truth. value = size.</summary>
    ProbeVmalloc = 33,

    /// <summary>Probe <c>gt:newt</c> on wake_up_new_task. Subject = the new task, other = its parent, value = stack address.</summary>
    ProbeNewTask = 34,

    /// <summary>Probe <c>gt:put</c> on put_task_stack. Subject = the dead task, value = stack_refcount: 1 releases. Ground truth.</summary>
    ProbePut = 35,

    /// <summary>
    /// Probe <c>gt:crcu</c> on call_rcu(thread_stack_free_rcu): the cache was full. Ground truth. value = rcu_head address.
    /// </summary>
    ProbeCallRcu = 36,

    /// <summary>Probe <c>gt:srcu</c> on thread_stack_free_rcu. Ground truth. value = rcu_head address.</summary>
    ProbeStackRcu = 37,

    /// <summary>Probe <c>gt:vfree</c> on vfree. Ground truth. value = address.</summary>
    ProbeVfree = 38,

    /// <summary>Probe <c>gt:dput</c> on delayed_put_task_struct. value = rcu_head address.</summary>
    ProbeDelayedPut = 39,

    /// <summary>Probe <c>gt:ftask</c> on free_task. value = task_struct address.</summary>
    ProbeFreeTask = 40,

    /// <summary>A probe of the user, given by a probe map: the subject took a stack from the CPU's cache. Ground truth. value =
    /// 1.</summary>
    ProbeCached = 41,

    /// <summary>Function tracer: thread_stack_free_rcu ran. Ground truth.</summary>
    FunctionStackRcu = 48,

    /// <summary>Function tracer: vfree ran. Ground truth.</summary>
    FunctionVfree = 49,

    /// <summary>Function tracer: delayed_put_task_struct ran.</summary>
    FunctionDelayedPut = 50,
}

public static class EventKinds
{
    /// <summary>One more than the largest kind: the length of a table indexed by kind.</summary>
    public const int TableLength = 64;

    private const ulong GroundTruth =
        (1UL << (int)EventKind.StackMap) | (1UL << (int)EventKind.StackRcuInvoke) | (1UL << (int)EventKind.StackRcuQueue)
        | (1UL << (int)EventKind.ProbeVmalloc) | (1UL << (int)EventKind.ProbePut) | (1UL << (int)EventKind.ProbeCallRcu)
        | (1UL << (int)EventKind.ProbeStackRcu) | (1UL << (int)EventKind.ProbeCached) | (1UL << (int)EventKind.ProbeVfree)
        | (1UL << (int)EventKind.FunctionStackRcu) | (1UL << (int)EventKind.FunctionVfree);

    private static readonly string[] s_names = BuildNames();
    private static readonly SearchValues<byte> s_values =
        SearchValues.Create(MemoryMarshal.Cast<EventKind, byte>(Enum.GetValues<EventKind>()));

    /// <summary>All kinds except <see cref="EventKind.None"/>, which is the first, in numerical order.</summary>
    /// <remarks>No LINQ: over an enum it is compiled again in every process.</remarks>
    public static ImmutableArray<EventKind> All { get; } = [.. Enum.GetValues<EventKind>().AsSpan(1)];

    /// <summary>The kind in snake case, as in JSON and SQL: <c>newtask</c>, <c>death_switch</c>, <c>probe_put</c>.</summary>
    public static string Name(EventKind kind) => s_names[(int)kind];

    /// <summary>True if every number is a kind.</summary>
    public static bool AreAllKnown(ReadOnlySpan<EventKind> kinds) =>
        !MemoryMarshal.Cast<EventKind, byte>(kinds).ContainsAnyExcept(s_values);

    /// <summary>True for events that show what the kernel's cache did. They judge a replay and are never an input of one.</summary>
    public static bool IsGroundTruth(EventKind kind) => ((GroundTruth >> (int)kind) & 1) != 0;

    /// <summary>
    /// True for events that affect stacks. The others (switches between living tasks, wake-ups) are most of a scheduler trace. They are
    /// counted, and stored only on request.
    /// </summary>
    public static bool IsStoredByDefault(EventKind kind) => kind
        is not (EventKind.None or EventKind.Switch or EventKind.Wakeup or EventKind.WakeupNew or EventKind.Migrate);

    private static string[] BuildNames()
    {
        string[] names = new string[TableLength];
        Array.Fill(names, "unknown");
        foreach (EventKind kind in Enum.GetValues<EventKind>())
            names[(int)kind] = kind == EventKind.NewTask ? "newtask" : JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
        return names;
    }
}
