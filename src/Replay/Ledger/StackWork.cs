namespace ForkTrace.Replay.Ledger;

/// <summary>What a kernel does to a stack beside finding and giving up its memory. Costs time, changes no hit.</summary>
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
    /// A dropped stack is vfree'd later, by a workqueue: vfree_atomic in free_thread_stack, 4.10 to 5.17; and wherever an RCU callback
    /// calls vfree, which in softirq context (or with softirqs off, as callbacks in kthreads) is the same (mm/vmalloc.c).
    /// </summary>
    DeferredVfree = 16,

    /// <summary>What kernels since 4.20 do.</summary>
    Since420 = ZeroOnHit | ZeroOnMiss | ChargeMemcg,
}
