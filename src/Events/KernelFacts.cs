namespace ForkTrace.Events;

/// <summary>
/// How the recorded kernel was built and started, as far as thread stacks depend on it. A member is null if it was not recorded; then a
/// table of releases is used. <c>forktrace record</c> writes the facts next to the recording (docs/recording.md).
/// </summary>
public sealed record KernelFacts
{
    /// <summary>Suffix that is added to a recording's name for the file with its kernel's facts.</summary>
    public const string FileSuffix = ".kernel.json";

    /// <summary>Nothing is known.</summary>
    public static KernelFacts Unknown { get; } = new();

    /// <summary>Kernel release (<c>uname -r</c>) that the facts describe.</summary>
    public string? Release { get; init; }

    /// <summary>Machine architecture (<c>uname -m</c>).</summary>
    public string? Machine { get; init; }

    /// <summary>Name of the machine (<c>uname -n</c>). It distinguishes the results of different machines.</summary>
    public string? Host { get; init; }

    /// <summary>CONFIG_VMAP_STACK: stacks are mapped, and a cache per CPU keeps two (kernel/fork.c, 4.9).</summary>
    public bool? VmapStack { get; init; }

    /// <summary>CONFIG_THREAD_INFO_IN_TASK: a stack may be freed before its task_struct (put_task_stack, 4.9).</summary>
    public bool? ThreadInfoInTask { get; init; }

    /// <summary>CONFIG_PREEMPT_RT, or CONFIG_PREEMPT_RT_FULL of the patches before 5.3.</summary>
    public bool? PreemptRt { get; init; }

    /// <summary>CONFIG_HZ: timer ticks per second. They set the pace of grace periods.</summary>
    public int? Hz { get; init; }

    /// <summary>CONFIG_RCU_NOCB_CPU: RCU callbacks may run in threads on other CPUs (<c>rcu_nocbs=</c>).</summary>
    public bool? RcuNocbCpu { get; init; }

    /// <summary>CONFIG_RCU_LAZY: call_rcu may hold callbacks back for seconds (6.2).</summary>
    public bool? RcuLazy { get; init; }

    /// <summary>CONFIG_KASAN: stacks are twice as large on most architectures.</summary>
    public bool? Kasan { get; init; }

    /// <summary>CONFIG_MEMCG: stacks are charged to the task's memory cgroup (4.20).</summary>
    public bool? Memcg { get; init; }

    /// <summary>Page size in bytes; a stack's guard page has the same size.</summary>
    public int? PageBytes { get; init; }

    /// <summary>THREAD_SIZE in bytes: KernelStack of /proc/meminfo divided by the number of threads, rounded to a power of two.</summary>
    public int? StackBytes { get; init; }

    /// <summary>THREAD_ALIGN in bytes.</summary>
    public int? StackAlignBytes { get; init; }

    /// <summary>Kernel command line (/proc/cmdline). It may contain <c>rcu_nocbs=</c> and <c>isolcpus=</c>, for example.</summary>
    public string? CommandLine { get; init; }

    /// <summary>NUMA nodes without memory: a CPU there caches stacks of every node (6.19).</summary>
    public ImmutableArray<int>? MemorylessNodes { get; init; }

    /// <summary>
    /// <c>kstack_*</c> of /proc/vmstat before the recording: the number of ended tasks since boot, by stack usage (6.12,
    /// CONFIG_DEBUG_STACK_USAGE). Null if the kernel does not count them.
    /// </summary>
    public ImmutableSortedDictionary<string, long>? KstackBefore { get; init; }

    /// <summary>The same counters after the recording.</summary>
    public ImmutableSortedDictionary<string, long>? KstackAfter { get; init; }
}
