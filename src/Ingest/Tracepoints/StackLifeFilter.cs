namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// Selects, among events that are not only about stacks, those that are about a stack. Binary and text readers share it, so that a
/// recording and its printout give the same rows.
/// </summary>
internal static class StackLifeFilter
{
    // THREAD_SIZE at THREAD_ALIGN (the same or twice that), with or without the guard page (alloc_vmap_area sees it with): mm/vmalloc.c,
    // kernel/fork.c. Stacks are 8 KiB (32-bit) to 64 KiB (64 KiB pages, KASAN), and aligned to 16 KiB at least wherever they are mapped:
    // 32-bit arm and powerpc align 8 KiB to 16.
    private const long StackBytes = 16384;
    private const long MappedAlignMin = 16384;
    private const long StackBytesMin = 8192;
    private const long StackBytesMax = 65536;

    // struct task_struct is 2 to 16 KiB on every 64-bit kernel; other slab allocations of a fork are smaller.
    private const long TaskStructBytesMin = 2048;
    private const long TaskStructBytesMax = 65536;
    private const long RcuVector = 9;

    // CPUHP_OFFLINE, include/linux/cpuhotplug.h.
    private const long Offline = 0;

    /// <summary>kmem_cache_alloc of a task_struct: by the cache's name if the kernel records it (else empty), or by size.</summary>
    public static bool IsTaskStruct(ReadOnlySpan<byte> cacheName, long requestedBytes) =>
        cacheName.Length > 0 ? cacheName.StartsWith("task_struct"u8) : requestedBytes is >= TaskStructBytesMin and <= TaskStructBytesMax;

    /// <summary>
    /// True for the functions that allocate a task_struct (dup_task_struct, kernel/fork.c, mostly inlined into copy_process). The kernel
    /// prints a call site with an offset and with suffixes that the compiler appended to the name.
    /// </summary>
    public static bool IsForkFunction(ReadOnlySpan<byte> callSite) =>
        callSite.StartsWith("copy_process"u8) || callSite.StartsWith("dup_task_struct"u8);

    /// <summary>alloc_vmap_area of a thread stack, for any stack size.</summary>
    public static bool IsStackArea(long sizeBytes, long alignBytes)
    {
        if (alignBytes < MappedAlignMin)
            return false;
        for (long stackBytes = StackBytesMin; stackBytes <= StackBytesMax; stackBytes *= 2)
        {
            bool isAligned = alignBytes == stackBytes || alignBytes == 2 * stackBytes;
            long guardBytes = sizeBytes - stackBytes;
            if (isAligned && guardBytes <= stackBytes && guardBytes is 0 or 4096 or 16384 or 65536)
                return true;
        }

        return false;
    }

    /// <summary>
    /// The size in a call of __vmalloc_node_range for a thread stack, if a probe does not record the alignment. Then only the common size
    /// can be distinguished from other areas.
    /// </summary>
    public static bool IsStackSize(long sizeBytes) => sizeBytes is StackBytes or StackBytes + 4096;

    /// <summary>softirq_entry and softirq_exit of RCU.</summary>
    public static bool IsRcuSoftirq(long vector) => vector == RcuVector;

    /// <summary>
    /// cpuhp_enter of a CPU that goes offline. While its own hotplug thread still runs, the target is a higher state (cpuhp_kick_ap_work,
    /// kernel/cpu.c).
    /// </summary>
    public static bool IsCpuDown(long targetState) => targetState == Offline;

    /// <summary>
    /// cgroup_attach_task in the unified hierarchy, cgroup v2, whose number is 0 (cgroup_init, kernel/cgroup/cgroup.c). A task is in one
    /// cgroup of each hierarchy. No event says which of the v1 hierarchies has the memory controller.
    /// </summary>
    public static bool IsUnified(long hierarchy) => hierarchy == 0;

    /// <summary>All of the above, by an event's kind and the parts of its row (<see cref="RowSlot"/>).</summary>
    public static bool IsOfStackLife(EventKind kind, long value, long size, long align, ReadOnlySpan<byte> cacheName) => kind switch
    {
        EventKind.TaskAlloc => IsTaskStruct(cacheName, value),
        EventKind.StackMap => IsStackArea(size, align),
        EventKind.RcuSoftirqEntry or EventKind.RcuSoftirqExit => IsRcuSoftirq(value),
        EventKind.ProbeVmalloc => IsStackSize(value),
        EventKind.CpuDown => IsCpuDown(size),
        EventKind.Cgroup => IsUnified(size),
        _ => true,
    };
}
