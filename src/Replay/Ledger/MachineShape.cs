namespace ForkTrace.Replay.Ledger;

/// <summary>What a policy may know of the machine.</summary>
/// <param name="Cpus">CPUs: every operation's CPU is below it.</param>
public sealed record MachineShape(int Cpus)
{
    /// <summary>NUMA node of each CPU; all 0 where the trace does not say.</summary>
    public ImmutableArray<int> NodeOfCpu { get; init; } = [.. new int[Cpus]];

    /// <summary>Group of CPUs that share a last-level cache, for each CPU; all 0 where the plan does not say.</summary>
    public ImmutableArray<int> CacheOfCpu { get; init; } = [.. new int[Cpus]];

    /// <summary>Memory of one stack, THREAD_SIZE: 16 KiB on most 64-bit machines.</summary>
    public int StackBytes { get; init; } = 16384;

    /// <summary>Size of a page, and of the guard page beside a mapped stack.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Address space of a mapped stack.</summary>
    internal long AreaBytes => StackBytes + PageBytes;

    /// <summary>Ids of tasks are below it.</summary>
    public int Tasks { get; init; }

    /// <summary>One more than the highest node.</summary>
    public int Nodes => NodeOfCpu.IsEmpty ? 1 : NodeOfCpu.Max() + 1;

    /// <summary>One more than the highest group of <see cref="CacheOfCpu"/>.</summary>
    public int Caches => CacheOfCpu.IsEmpty ? 1 : CacheOfCpu.Max() + 1;

    /// <summary>The group of each CPU, from 0, whose forks a stack can serve with that reach: CPUs of one group share a cache.</summary>
    public ImmutableArray<int> GroupsOf(StackReach reach) => reach switch
    {
        StackReach.LastLevelCache => CacheOfCpu,
        StackReach.Node => NodeOfCpu,
        StackReach.Machine => [.. new int[Cpus]],
        _ => [.. Enumerable.Range(0, Cpus)],
    };

    /// <summary>
    /// The machine of a trace. <paramref name="nodes"/> and <paramref name="caches"/> give the group of each CPU; where one is empty or too
    /// short, the CPUs that it leaves out are in group 0.
    /// </summary>
    public static MachineShape Of(int cpus, int tasks, ImmutableArray<int> nodes, ImmutableArray<int> caches) => new(cpus)
    {
        NodeOfCpu = Groups(cpus, nodes),
        CacheOfCpu = Groups(cpus, caches),
        Tasks = tasks,
    };

    private static ImmutableArray<int> Groups(int cpus, ImmutableArray<int> given)
    {
        int[] groups = new int[cpus];
        for (int cpu = 0; cpu < cpus && !given.IsDefault && cpu < given.Length; cpu++)
            groups[cpu] = Math.Clamp(given[cpu], 0, ushort.MaxValue);
        return [.. groups];
    }
}
