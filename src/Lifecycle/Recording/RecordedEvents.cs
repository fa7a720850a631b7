namespace ForkTrace.Lifecycle.Recording;

/// <summary>The events to record, by kernel version. All command lines that ForkTrace prints come from this list.</summary>
public static class RecordedEvents
{
    /// <summary>The mapping of a thread stack: a miss of the kernel's cache. vmalloc's events exist since 6.2.</summary>
    public const string StackMapping = "vmalloc:alloc_vmap_area";

    /// <summary>The probe that replaces it on older kernels.</summary>
    public const string StackMappingProbe = "gt:vmalloc";

    // THREAD_ALIGN is at least 16 KiB wherever stacks are mapped: it is THREAD_SIZE, or twice that on arm, arm64, powerpc and riscv, so
    // that 8 KiB stacks are aligned to 16 KiB too (arch/*/include/asm/thread_info.h). Few other areas have this alignment; readers
    // recognise them by size.
    private const string StackAlignment = "align>=16384";

    /// <summary>Events up to a level, in the order in which they are recorded.</summary>
    /// <param name="kernel">The recorded kernel; null if unknown: then a recent one without vmalloc's events is assumed.</param>
    /// <param name="level">The requested level.</param>
    public static IEnumerable<RecordedEvent> Of(KernelRelease? kernel, RecordingLevel level) =>
        All(kernel).Where(recorded => recorded.Level <= level);

    /// <summary>True if the kernel has vmalloc's events.</summary>
    public static bool HasMappingEvent(KernelRelease? kernel) => kernel is { } known && known.IsAtLeast(6, 2);

    private static IEnumerable<RecordedEvent> All(KernelRelease? kernel)
    {
        yield return new("task:task_newtask", null, RecordingLevel.Minimal, "every new task, with its clone flags");
        yield return new("sched:sched_process_fork", null, RecordingLevel.Standard, "names of parent and child");
        yield return new("sched:sched_process_exec", null, RecordingLevel.Minimal, "threads that take over another thread's tid");
        yield return new("sched:sched_process_exit", null, RecordingLevel.Minimal, "the beginning of each exit");
        yield return new("sched:sched_process_free", null, RecordingLevel.Standard, "when RCU callbacks ran on each CPU");
        yield return new("sched:sched_switch", DeathFilter(kernel), RecordingLevel.Minimal, "when and where a stack is given back");
        foreach (string allocation in AllocationEvents(kernel))
            yield return new(allocation, "bytes_req==$TS", RecordingLevel.Standard, "when and where a fork takes a stack; failed forks");
        if (HasMappingEvent(kernel))
            yield return new(StackMapping, StackAlignment, RecordingLevel.Standard, "the kernel's own misses: ground truth");
        else
            yield return new(StackMappingProbe, StackAlignment, RecordingLevel.Truth, "the kernel's own misses: ground truth, from a probe");
        yield return new("cpuhp:cpuhp_enter", "target==0", RecordingLevel.Minimal, "CPUs that go offline: their caches are emptied");
        yield return new("cgroup:cgroup_attach_task", "dst_root==0", RecordingLevel.Standard, "which cgroup (v2) tasks are moved to");
        yield return new("irq:softirq_entry", "vec==9", RecordingLevel.Truth, "when RCU callbacks could run");
        yield return new("irq:softirq_exit", "vec==9", RecordingLevel.Truth, "when they had run");
    }

    // Up to 4.13, sched_switch shows the raw state of a dead task, TASK_DEAD; since then it shows X (0x10) or Z (0x20).
    private static string DeathFilter(KernelRelease? kernel) =>
        kernel is not { } known || known.IsAtLeast(4, 14) ? "prev_state & 0x30" : "prev_state & 0x40";

    // dup_task_struct allocates with kmem_cache_alloc_node. That function had its own event (on NUMA kernels) until 6.1 merged the two.
    private static IEnumerable<string> AllocationEvents(KernelRelease? kernel)
    {
        yield return "kmem:kmem_cache_alloc";
        if (kernel is { } known && !known.IsAtLeast(6, 1))
            yield return "kmem:kmem_cache_alloc_node";
    }
}

/// <summary>An event to record.</summary>
/// <param name="Name"><c>system:name</c>.</param>
/// <param name="Filter">The kernel's filter; null for none. <c>$TS</c> in it stands for the size of task_struct.</param>
/// <param name="Level">The lowest level that includes it.</param>
/// <param name="Gain">What it shows.</param>
public sealed record RecordedEvent(string Name, string? Filter, RecordingLevel Level, string Gain)
{
    /// <summary>The text in <see cref="Filter"/> that stands for the size of task_struct, which only the machine knows.</summary>
    public const string TaskStructBytes = "$TS";

    /// <summary>A line for kprobe_events of tracefs that creates the event; null if the kernel has the event.</summary>
    public string? Probe { get; init; }

    public bool NeedsTaskStructBytes => Filter?.Contains(TaskStructBytes, StringComparison.Ordinal) ?? false;
}

/// <summary>How much to record. Each level includes the events of the one before.</summary>
public enum RecordingLevel
{
    /// <summary>Births and deaths: enough for a replay, with modelled RCU.</summary>
    Minimal,

    /// <summary>Also the task_struct's allocation and free, and the kernel's own cache misses if the kernel has an event for
    /// them.</summary>
    Standard,

    /// <summary>
    /// Also RCU softirqs, the RCU callbacks of stacks, and the kernel's own cache misses by a probe if there is no event for them.
    /// </summary>
    Truth,
}
