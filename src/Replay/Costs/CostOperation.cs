namespace ForkTrace.Replay.Costs;

/// <summary>What a fork can spend time on to get its stack. A cost model gives each a distribution.</summary>
public enum CostOperation
{
    /// <summary>An order-2 block from the page allocator: the stack of kernels up to 4.8.</summary>
    PageAllocation = 0,

    /// <summary>A new virtual mapping of four pages: a miss since 4.9.</summary>
    Vmalloc = 1,

    /// <summary>A stack from the CPU's cache.</summary>
    CacheHit = 2,
}
