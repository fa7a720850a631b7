namespace ForkTrace.Lifecycle.Grading;

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
}
