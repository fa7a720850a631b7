namespace ForkTrace.Replay.Ledger;

/// <summary>What a policy may know of the machine.</summary>
/// <param name="Cpus">Number of CPUs: every operation's CPU is below it.</param>
public sealed record MachineShape(int Cpus)
{
    /// <summary>NUMA node of each CPU; all 0 if the trace does not say.</summary>
    public ImmutableArray<int> NodeOfCpu { get; init; } = [.. new int[Cpus]];

    /// <summary>Group of CPUs that share a last-level cache, for each CPU; all 0 if the plan does not say.</summary>
    public ImmutableArray<int> CacheOfCpu { get; init; } = [.. new int[Cpus]];

    /// <summary>Memory of one stack, THREAD_SIZE: 16 KiB on most 64-bit machines.</summary>
    public int StackBytes { get; init; } = 16384;

    /// <summary>Size of a page, and of the guard page beside a mapped stack.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Address space of a mapped stack.</summary>
    internal long AreaBytes => StackBytes + PageBytes;

    /// <summary>
    /// For each node, the node that its CPUs get memory from. This is the node itself if it has memory. Otherwise it is the node with
    /// memory whose number is nearest, because recordings do not contain distances.
    /// </summary>
    public ImmutableArray<int> MemoryOfNode
    {
        get => field.IsDefault ? [.. Enumerable.Range(0, Nodes)] : field;
        init;
    }

    /// <summary>True if the pages of a new stack are spread over all nodes with memory, and there are several such nodes.</summary>
    public bool SpreadsStacks { get; init; }

    /// <summary>Upper bound of task ids: all are below it.</summary>
    public int Tasks { get; init; }

    /// <summary>One more than the highest node.</summary>
    public int Nodes => NodeOfCpu.IsEmpty ? 1 : NodeOfCpu.Max() + 1;

    /// <summary>One more than the highest group of <see cref="CacheOfCpu"/>.</summary>
    public int Caches => CacheOfCpu.IsEmpty ? 1 : CacheOfCpu.Max() + 1;

    /// <summary>The group of each CPU, from 0. A stack with that reach can serve the forks of one group.</summary>
    public ImmutableArray<int> GroupsOf(StackReach reach) => reach switch
    {
        StackReach.LastLevelCache => CacheOfCpu,
        StackReach.Node => NodeOfCpu,
        StackReach.Machine => [.. new int[Cpus]],
        _ => [.. Enumerable.Range(0, Cpus)],
    };

    /// <summary>The same machine, with nodes that have no memory, and with a choice of where the pages of new stacks are.</summary>
    public MachineShape With(ImmutableArray<int> memorylessNodes, NodeMemory memory)
    {
        int[] withMemory = [.. NodeOfCpu.Distinct().Where(node => !memorylessNodes.Contains(node))];
        return this with
        {
            MemoryOfNode = [.. Enumerable.Range(0, Nodes).Select(node => withMemory.OrderBy(other => Math.Abs(other - node)).FirstOrDefault(node))],
            SpreadsStacks = memory == NodeMemory.Interleave && withMemory.Length > 1,
        };
    }

    /// <summary>
    /// The machine of a trace. <paramref name="nodes"/> and <paramref name="caches"/> give the group of each CPU. CPUs that they do not
    /// cover are in group 0.
    /// </summary>
    public static MachineShape Of(int cpus, int tasks, ImmutableArray<int> nodes, ImmutableArray<int> caches) => new MachineShape(cpus)
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
