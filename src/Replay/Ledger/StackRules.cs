namespace ForkTrace.Replay.Ledger;

/// <summary>The properties of a policy that the books need in order to count.</summary>
/// <param name="Return">When it releases a dead task's stack.</param>
public abstract record StackRules(StackReturn Return)
{
    /// <summary>Whose forks a dead task's stack can serve.</summary>
    public StackReach Reach { get; init; } = StackReach.Cpu;

    /// <summary>Additional work on stacks, which the cost model prices.</summary>
    public StackWork Work { get; init; }

    /// <summary>
    /// True if a CPU's cache is emptied when the CPU goes offline. Otherwise cached stacks stay until the CPU is back.
    /// </summary>
    public bool FlushesOffline { get; init; }

    /// <summary>
    /// True if a stack that a fork cannot charge to its memory cgroup is vfree'd (alloc_thread_stack_node, v5.18). Otherwise it takes the
    /// path of a dead task's stack.
    /// </summary>
    public bool FreesUncharged { get; init; }

    /// <summary>True if cached stacks move between caches. Then hits and puts do not tell how many stacks each CPU has cached.</summary>
    public bool MovesCached { get; init; }

    /// <summary>
    /// True if an operation on one CPU may change the cache of any other. Then events lost on one CPU make the contents of all caches
    /// unknown. This is always so if a stack returns to the CPU that forked its task.
    /// </summary>
    public bool SpansCpus
    {
        get => field || Reach == StackReach.ForkingCpu;
        init;
    }
}

/// <summary>Whose later forks a stack can serve after its task is dead. Causes of misses depend on it.</summary>
public enum StackReach
{
    /// <summary>Forks on the CPU where the task died (or where its RCU callback ran): every kernel so far.</summary>
    Cpu = 0,

    /// <summary>Forks on the CPU that forked the task.</summary>
    ForkingCpu = 1,

    /// <summary>Forks on CPUs that share a last-level cache with it.</summary>
    LastLevelCache = 2,

    /// <summary>Forks on any CPU.</summary>
    Machine = 3,

    /// <summary>Forks on CPUs of its memory node.</summary>
    Node = 4,
}

/// <summary>When a policy releases a dead task's stack.</summary>
public enum StackReturn
{
    /// <summary>At the final switch away from the task.</summary>
    FinalSwitch,

    /// <summary>With the task_struct, after an RCU grace period.</summary>
    TaskFree,

    /// <summary>By an RCU callback of its own, queued at the final switch.</summary>
    OwnCallback,

    /// <summary>With the task_struct's memory, by a second RCU callback that the first one queues: after two grace periods.</summary>
    StructFree,
}

/// <summary>Work of a kernel on a stack beyond allocating and freeing its memory. It costs time and changes no hit.</summary>
[Flags]
public enum StackWork
{
    None = 0,

    /// <summary>A cached stack is cleared when it is taken: memset in alloc_thread_stack_node since 4.17 (e01e80634ecd).</summary>
    ZeroOnHit = 1,

    /// <summary>New pages are cleared: __GFP_ZERO in THREADINFO_GFP since 4.17 (e01e80634ecd).</summary>
    ZeroOnMiss = 2,

    /// <summary>The stack is charged to the new task's memory cgroup, page by page: since 4.20 (9b6f7e163cd0).</summary>
    ChargeMemcg = 4,

    /// <summary>A stack is cleared before it goes into a cache.</summary>
    ZeroOnRelease = 8,

    /// <summary>
    /// A workqueue vfrees a dropped stack later: vfree_atomic in free_thread_stack, 4.10 to 5.17. The same happens wherever an RCU callback
    /// calls vfree, since callbacks run in softirq context (or in kthreads with softirqs off) (mm/vmalloc.c).
    /// </summary>
    DeferredVfree = 16,

    /// <summary>The work of kernels since 4.20.</summary>
    Since420 = ZeroOnHit | ZeroOnMiss | ChargeMemcg,
}
