using System.Numerics;

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

/// <summary>Memory held in one place, in bytes of stack (guard pages hold none).</summary>
/// <param name="PeakBytes">The most at any time.</param>
/// <param name="MeanBytes">Average over the recording's time.</param>
/// <param name="EndBytes">What is there when the recording ends.</param>
public sealed record StockUse(long PeakBytes, double MeanBytes, long EndBytes);

/// <summary>
/// Address space of vfree'd stacks. It is not reused at once: when enough has gathered on the machine, one purge gives it back and flushes
/// the kernel's TLB entries on every CPU (lazy_max_pages, mm/vmalloc.c).
/// </summary>
/// <param name="FreedBytes">Address space of the stacks that were vfree'd, guard pages included.</param>
/// <param name="PurgeThresholdBytes">What gathers before a purge: fls(CPUs) times 32 MiB.</param>
/// <param name="Purges">Purges, each a TLB flush of the whole machine, that these stacks alone bring about.</param>
public sealed record AddressSpaceUse(long FreedBytes, long PurgeThresholdBytes, double Purges)
{
    /// <param name="stacks">Stacks that were vfree'd.</param>
    /// <param name="areaBytes">Address space of one: the stack and its guard page.</param>
    /// <param name="cpus">CPUs of the machine.</param>
    internal static AddressSpaceUse Of(long stacks, long areaBytes, int cpus)
    {
        long thresholdBytes = (BitOperations.Log2((uint)Math.Max(1, cpus)) + 1) * (32L << 20);
        long freedBytes = stacks * areaBytes;
        return new AddressSpaceUse(freedBytes, thresholdBytes, (double)freedBytes / thresholdBytes);
    }
}
