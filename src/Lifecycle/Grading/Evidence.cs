namespace ForkTrace.Lifecycle.Grading;

/// <summary>How a stack operation's time and CPU are known.</summary>
public enum Evidence : byte
{
    /// <summary>An event of the trace marks it within a microsecond or so.</summary>
    Observed = 0,

    /// <summary>Events of the trace bound it; the bound that proves it was taken.</summary>
    Inferred = 1,

    /// <summary>No event tells; a seeded model says when.</summary>
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
    /// The CPU is offline: it runs nothing any more. Of no task (its id is -1). Since 4.12 this is where free_vm_stack_cache empties the
    /// CPU's cache (kernel/fork.c, CPUHP_BP_PREPARE_DYN).
    /// </summary>
    CpuOffline = 4,

    /// <summary>
    /// The recorder lost events of this CPU up to here: what its cache holds now nobody knows, as when a recording begins. Of no task (its
    /// id is -1).
    /// </summary>
    LostEvents = 5,

    /// <summary>
    /// A second RCU callback, queued by <see cref="TaskFree"/> when it drops the last reference, frees the task_struct and what hangs on it:
    /// __put_task_struct_cb of PREEMPT_RT up to 5.0, __put_task_struct_rcu_cb since 6.17. Only there where a policy asks for it.
    /// </summary>
    StructFree = 6,

    /// <summary>
    /// A fork took a stack and could not charge it to its memory cgroup (memcg_charge_kernel_stack): the fork fails. In place of
    /// <see cref="Release"/>.
    /// </summary>
    FailedCharge = 7,
}

/// <summary>Operations and evidence as users read them, in text, JSON and SQL.</summary>
public static class EvidenceNames
{
    /// <summary><c>allocate</c>, <c>release</c>, <c>stack_callback</c>, <c>task_free</c> and so on: the kind in snake case.</summary>
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

/// <summary>How many operations of each kind are observed, inferred, modelled.</summary>
public sealed class EvidenceSummary
{
    private const int Levels = 3;
    private readonly long[] _counts = new long[((int)StackOperationKind.FailedCharge + 1) * Levels];

    public long Count(StackOperationKind kind, Evidence evidence) => _counts[((int)kind * Levels) + (int)evidence];

    public long Total(StackOperationKind kind) =>
        Count(kind, Evidence.Observed) + Count(kind, Evidence.Inferred) + Count(kind, Evidence.Modelled);

    /// <summary>The share of a kind's operations that is known so; 0 where there are none.</summary>
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
