using ForkTrace.Replay.Ledger;

namespace ForkTrace.Replay.Costs;

/// <summary>What getting a stack and giving it back can spend time on. A cost model gives each a distribution.</summary>
public enum CostOperation
{
    /// <summary>An order-2 block from the page allocator: the stack of kernels up to 4.8.</summary>
    PageAllocation = 0,

    /// <summary>A new virtual mapping of four pages: a miss since 4.9.</summary>
    Vmalloc = 1,

    /// <summary>A stack from the CPU's cache.</summary>
    CacheHit = 2,

    /// <summary>Clearing 16 KiB (<c>StackWork.ZeroOnHit</c> and the like).</summary>
    Zeroing = 3,

    /// <summary>Charging a stack's pages to a memory cgroup.</summary>
    MemcgCharge = 4,

    /// <summary>Putting a dead task's stack into a cache. Release path.</summary>
    CachedPut = 5,

    /// <summary>vfree of a stack, or handing it to a workqueue that does it. Release path.</summary>
    Vfree = 6,

    /// <summary>Freeing an order-2 block. Release path.</summary>
    PageFree = 7,

    /// <summary>call_rcu for a stack. Release path.</summary>
    RcuQueue = 8,
}
