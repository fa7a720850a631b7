using System.Numerics;

namespace ForkTrace.Replay.Results;

/// <summary>Memory that a policy ties up. Only the first part appears in KernelStack of /proc/meminfo; the others are hidden.</summary>
/// <param name="Live">Stacks of tasks that are not dead, including tasks from before the recording.</param>
/// <param name="Cached">Stacks in caches.</param>
/// <param name="WaitingForRcu">Stacks of dead tasks that wait for a grace period.</param>
public sealed record MemoryUse(StockUse Live, StockUse Cached, StockUse WaitingForRcu)
{
    /// <summary>
    /// The part of <see cref="Cached"/> that is on CPUs that do not fork again within the recording. Null if the policy moves stacks
    /// between caches.
    /// </summary>
    public StockUse? Stranded { get; init; }

    /// <summary>Stacks handed to a workqueue that vfrees them, with a modelled delay. Null if the policy vfrees at once or never.</summary>
    public StockUse? WaitingForVfree { get; init; }

    /// <summary>Kernel address space that was freed; null if stacks are not vmalloc'ed.</summary>
    public AddressSpaceUse? AddressSpace { get; init; }
}

/// <summary>Memory in one place, in bytes of stack (guard pages take no memory).</summary>
/// <param name="PeakBytes">The most at any time.</param>
/// <param name="MeanBytes">Average over the recording's time.</param>
/// <param name="EndBytes">The amount when the recording ends.</param>
public sealed record StockUse(long PeakBytes, double MeanBytes, long EndBytes);

/// <summary>
/// Address space of vfree'd stacks. The kernel does not reuse it at once: when enough of it has gathered on the machine, one purge makes it
/// available again and flushes the kernel's TLB entries on every CPU (lazy_max_pages, mm/vmalloc.c).
/// </summary>
/// <param name="FreedBytes">Address space of the stacks that were vfree'd, guard pages included.</param>
/// <param name="PurgeThresholdBytes">Address space that gathers before a purge: fls(CPUs) times 32 MiB.</param>
/// <param name="Purges">Purges that these stacks alone cause. Each is a TLB flush of the whole machine.</param>
public sealed record AddressSpaceUse(long FreedBytes, long PurgeThresholdBytes, double Purges)
{
    /// <param name="stacks">Stacks that were vfree'd.</param>
    /// <param name="areaBytes">Address space per stack: the stack and its guard page.</param>
    /// <param name="cpus">CPUs of the machine.</param>
    internal static AddressSpaceUse Of(long stacks, long areaBytes, int cpus)
    {
        long thresholdBytes = (BitOperations.Log2((uint)Math.Max(1, cpus)) + 1) * (32L << 20);
        long freedBytes = stacks * areaBytes;
        return new AddressSpaceUse(freedBytes, thresholdBytes, (double)freedBytes / thresholdBytes);
    }
}
