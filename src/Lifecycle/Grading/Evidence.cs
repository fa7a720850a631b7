namespace ForkTrace.Lifecycle.Grading;

/// <summary>How the time and CPU of a stack operation are known.</summary>
public enum Evidence : byte
{
    /// <summary>An event of the trace marks it within a microsecond or so.</summary>
    Observed = 0,

    /// <summary>Events of the trace bound it; the operation is placed at the bound that proves it.</summary>
    Inferred = 1,

    /// <summary>No event shows it; a seeded model gives the time.</summary>
    Modelled = 2,
}

/// <summary>The moments in a task's life at which a kernel does, or could do, something with its stack.</summary>
public enum StackOperationKind : byte
{
    /// <summary>The forking CPU takes a stack: alloc_thread_stack_node, called by dup_task_struct (kernel/fork.c).</summary>
    Allocate = 0,

    /// <summary>The next task on the dead task's CPU drops the scheduler's reference: put_task_stack in finish_task_switch.</summary>
    Release = 1,

    /// <summary>
    /// An RCU callback that was queued at <see cref="Release"/>, on that CPU, would run now (thread_stack_free_rcu, since 5.18).
    /// </summary>
    StackCallback = 2,

    /// <summary>The RCU callback delayed_put_task_struct runs: up to 4.8 this is where the stack goes (free_task).</summary>
    TaskFree = 3,

    /// <summary>
    /// The CPU is offline and runs nothing any more. Belongs to no task (its id is -1). Since 4.12, free_vm_stack_cache empties the CPU's
    /// cache here (kernel/fork.c, CPUHP_BP_PREPARE_DYN).
    /// </summary>
    CpuOffline = 4,

    /// <summary>
    /// The recorder lost events of this CPU up to here. The contents of its cache are unknown, as at the beginning of a recording. Belongs
    /// to no task (its id is -1).
    /// </summary>
    LostEvents = 5,

    /// <summary>
    /// A second RCU callback frees the task_struct and everything attached to it. <see cref="TaskFree"/> queues it when it drops the last
    /// reference: __put_task_struct_cb of PREEMPT_RT up to 5.0, __put_task_struct_rcu_cb since 6.17. It is present only if a policy asks
    /// for it.
    /// </summary>
    StructFree = 6,

    /// <summary>
    /// A fork took a stack and could not charge it to its memory cgroup (memcg_charge_kernel_stack), so it fails. Replaces <see
    /// cref="Release"/>.
    /// </summary>
    FailedCharge = 7,
}

/// <summary>Names of operations and evidence in text, JSON and SQL.</summary>
public static class EvidenceNames
{
    /// <summary>The kind in snake case: <c>allocate</c>, <c>release</c>, <c>stack_callback</c>, <c>task_free</c> and so on.</summary>
    public static string Of(StackOperationKind operation) => operation switch
    {
        StackOperationKind.Allocate => "allocate",
        StackOperationKind.Release => "release",
        StackOperationKind.StackCallback => "stack_callback",
        StackOperationKind.TaskFree => "task_free",
        StackOperationKind.CpuOffline => "cpu_offline",
        StackOperationKind.StructFree => "struct_free",
        StackOperationKind.FailedCharge => "failed_charge",
        _ => "lost_events",
    };

    /// <summary><c>observed</c>, <c>inferred</c>, <c>modelled</c>; <c>unknown</c> for none.</summary>
    public static string Of(Evidence? evidence) => evidence switch
    {
        Evidence.Observed => "observed",
        Evidence.Inferred => "inferred",
        Evidence.Modelled => "modelled",
        _ => "unknown",
    };
}

/// <summary>Number of observed, inferred and modelled operations of each kind.</summary>
public sealed class EvidenceSummary
{
    private const int Levels = 3;
    private readonly long[] _counts = new long[((int)StackOperationKind.FailedCharge + 1) * Levels];

    public long Count(StackOperationKind kind, Evidence evidence) => _counts[((int)kind * Levels) + (int)evidence];

    public long Total(StackOperationKind kind) =>
        Count(kind, Evidence.Observed) + Count(kind, Evidence.Inferred) + Count(kind, Evidence.Modelled);

    /// <summary>The share of a kind's operations that have that evidence; 0 if there are none.</summary>
    public double Share(StackOperationKind kind, Evidence evidence) =>
        Total(kind) == 0 ? 0 : (double)Count(kind, evidence) / Total(kind);

    /// <summary>Adds the counts of another stretch.</summary>
    public void Add(EvidenceSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int index = 0; index < _counts.Length; index++)
            _counts[index] += other._counts[index];
    }

    internal void Add(StackOperationKind kind, Evidence evidence) => _counts[((int)kind * Levels) + (int)evidence]++;
}
