namespace ForkTrace.Replay.Results;

/// <summary>Memory that a policy ties up. Only the first shows in KernelStack of /proc/meminfo; the others are hidden.</summary>
/// <param name="Live">Stacks of tasks that are not dead, those of before the recording included.</param>
/// <param name="Cached">Stacks in caches.</param>
/// <param name="WaitingForRcu">Stacks of dead tasks that wait for a grace period.</param>
public sealed record MemoryUse(StockUse Live, StockUse Cached, StockUse WaitingForRcu)
{
    /// <summary>
    /// Of the cached: those on CPUs that do not fork again within the recording. Null where the policy moves stacks between caches.
    /// </summary>
    public StockUse? Stranded { get; init; }

    /// <summary>Stacks handed to a workqueue that vfrees them; a modelled delay. Null where the policy vfrees at once or never.</summary>
    public StockUse? WaitingForVfree { get; init; }

    /// <summary>Kernel address space given up; null where stacks are not vmalloc'ed.</summary>
    public AddressSpaceUse? AddressSpace { get; init; }
}
