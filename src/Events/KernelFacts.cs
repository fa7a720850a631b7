namespace ForkTrace.Events;

/// <summary>
/// How the recorded kernel was built and started, as far as this decides what becomes of thread stacks. A member is null where nobody
/// wrote it down; then a table of releases has to do. <c>forktrace record</c> writes the facts beside the recording (docs/recording.md).
/// </summary>
public sealed record KernelFacts
{
    /// <summary>What a recording's name is followed by in that of the file with its kernel's facts.</summary>
    public const string FileSuffix = ".kernel.json";

    /// <summary>Nothing is known.</summary>
    public static KernelFacts Unknown { get; } = new();

    /// <summary>Kernel release (<c>uname -r</c>) that the facts are of.</summary>
    public string? Release { get; init; }

    /// <summary>Machine architecture (<c>uname -m</c>).</summary>
    public string? Machine { get; init; }

    /// <summary>Name of the machine (<c>uname -n</c>): results of many machines are told apart by it.</summary>
    public string? Host { get; init; }

    /// <summary>CONFIG_VMAP_STACK: stacks are mapped, and a cache per CPU keeps two (kernel/fork.c, 4.9).</summary>
    public bool? VmapStack { get; init; }

    /// <summary>CONFIG_THREAD_INFO_IN_TASK: a stack may go before its task_struct (put_task_stack, 4.9).</summary>
    public bool? ThreadInfoInTask { get; init; }

    /// <summary>CONFIG_PREEMPT_RT, or CONFIG_PREEMPT_RT_FULL of the patches before 5.3.</summary>
    public bool? PreemptRt { get; init; }

    /// <summary>CONFIG_HZ: timer ticks per second, by which grace periods are paced.</summary>
    public int? Hz { get; init; }

    /// <summary>CONFIG_RCU_NOCB_CPU: RCU callbacks may run in threads on other CPUs (<c>rcu_nocbs=</c>).</summary>
    public bool? RcuNocbCpu { get; init; }

    /// <summary>CONFIG_RCU_LAZY: call_rcu may hold callbacks back for seconds (6.2).</summary>
    public bool? RcuLazy { get; init; }

    /// <summary>CONFIG_KASAN: stacks are twice as large on most architectures.</summary>
    public bool? Kasan { get; init; }

    /// <summary>CONFIG_MEMCG: stacks are charged to the task's memory cgroup (4.20).</summary>
    public bool? Memcg { get; init; }

    /// <summary>Page size in bytes: that of a stack's guard page too.</summary>
    public int? PageBytes { get; init; }

    /// <summary>THREAD_SIZE in bytes: KernelStack of /proc/meminfo divided by the number of threads, to the next power of two.</summary>
    public int? StackBytes { get; init; }

    /// <summary>THREAD_ALIGN in bytes.</summary>
    public int? StackAlignBytes { get; init; }

    /// <summary>Kernel command line (/proc/cmdline), which says e.g. <c>rcu_nocbs=</c> and <c>isolcpus=</c>.</summary>
    public string? CommandLine { get; init; }

    /// <summary>NUMA nodes without memory: a CPU there caches stacks of every node (6.19).</summary>
    public ImmutableArray<int>? MemorylessNodes { get; init; }

    /// <summary>
    /// <c>kstack_*</c> of /proc/vmstat before the recording: tasks that ended having used up to that much stack since boot (6.12,
    /// CONFIG_DEBUG_STACK_USAGE). Null where the kernel does not count.
    /// </summary>
    public ImmutableSortedDictionary<string, long>? KstackBefore { get; init; }

    /// <summary>The same after the recording.</summary>
    public ImmutableSortedDictionary<string, long>? KstackAfter { get; init; }
}
