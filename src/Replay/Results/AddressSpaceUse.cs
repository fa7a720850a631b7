using System.Numerics;

namespace ForkTrace.Replay.Results;

/// <summary>
/// Address space of vfree'd stacks. It is not reused at once: when enough has gathered on the machine, one purge gives it back and flushes
/// the kernel's TLB entries on every CPU (lazy_max_pages, mm/vmalloc.c).
/// </summary>
/// <param name="FreedBytes">Address space of the stacks that were vfree'd, guard pages included.</param>
/// <param name="PurgeThresholdBytes">What gathers before a purge: fls(CPUs) times 32 MiB.</param>
/// <param name="Purges">Purges, each a TLB flush of the whole machine, that these stacks alone bring about.</param>
public sealed record AddressSpaceUse(long FreedBytes, long PurgeThresholdBytes, double Purges)
{
    /// <summary>16 KiB and a guard page.</summary>
    public const long BytesOfStack = 20480;

    internal static AddressSpaceUse Of(long stacks, int cpus)
    {
        long thresholdBytes = (BitOperations.Log2((uint)Math.Max(1, cpus)) + 1) * (32L << 20);
        return new AddressSpaceUse(stacks * BytesOfStack, thresholdBytes, (double)(stacks * BytesOfStack) / thresholdBytes);
    }
}
