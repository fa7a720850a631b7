namespace ForkTrace.Lifecycle.Conditions;

/// <summary>Which CPUs share a memory node, and which share a last-level cache, as far as the user gives them.</summary>
/// <param name="NodeOfCpu">Memory node of each CPU.</param>
/// <param name="CacheOfCpu">Last-level cache of each CPU; empty if not given.</param>
public sealed record MachineTopology(ImmutableArray<int> NodeOfCpu, ImmutableArray<int> CacheOfCpu)
{
    /// <summary>Nodes of these CPUs that have no memory of their own (not in N_MEMORY), in rising order.</summary>
    public ImmutableArray<int> MemorylessNodes { get; init; } = [];

    /// <summary>The word for nodes without memory in a text.</summary>
    internal const string Memoryless = "memoryless";

    /// <summary>Number of CPUs that it covers, from 0 on.</summary>
    public int Cpus => NodeOfCpu.Length;

    /// <summary>True if nodes and caches are the same for the same CPUs.</summary>
    public bool Equals(MachineTopology? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The topology for the replay of a trace: the given one; where it leaves out caches or is null, the trace's own.</summary>
    public static MachineTopology Of(MachineTopology? given, TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new MachineTopology(
            given is { NodeOfCpu.IsEmpty: false } ? given.NodeOfCpu : facts.CpuNodes,
            given is { CacheOfCpu.IsEmpty: false } ? given.CacheOfCpu : facts.CpuCaches)
        {
            MemorylessNodes = given is { MemorylessNodes.IsEmpty: false } ? given.MemorylessNodes : facts.KernelFacts.MemorylessNodes ?? [],
        };
    }

    /// <summary>Same as <see cref="Parse"/>, but may also read the text from a file.</summary>
    /// <exception cref="FormatException">See <see cref="Parse"/>; or the file does not exist, or is too long.</exception>
    public static MachineTopology Read(string textOrPath, string folder)
    {
        const int BytesMax = 4 << 20;
        ArgumentNullException.ThrowIfNull(textOrPath);
        if (textOrPath.Contains(':', StringComparison.Ordinal) || textOrPath.Contains('=', StringComparison.Ordinal))
            return Parse(textOrPath);
        string path = Path.Combine(folder, textOrPath);
        if (!File.Exists(path))
            throw new FormatException($"'{textOrPath}' is neither a file nor of the form 0-15:0,16-31:1 or node0=0-15;node1=16-31");
        try
        {
            return Parse(SmallFile.ReadText(path, BytesMax));
        }
        catch (IOException fault)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    /// <summary>
    /// Reads one of three forms, with or without line breaks: <c>0-15:0,16-31:1</c> (CPUs, node, and after another colon the cache);
    /// <c>node0=0-15;node1=16-31;llc0=0-7;memoryless=1;...</c>; or the output of <c>lscpu -p</c>.
    /// </summary>
    /// <exception cref="FormatException">The text has none of these forms, names a CPU twice, or leaves one out.</exception>
    public static MachineTopology Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TopologyText.Parse(text);
    }

    /// <summary><c>node0=0-15;node1=16-31;llc0=0-31</c>; empty if neither nodes nor caches are known.</summary>
    public static string Text(ImmutableArray<int> nodeOfCpu, ImmutableArray<int> cacheOfCpu) =>
        string.Join(';', [.. Groups("node", nodeOfCpu), .. Groups("llc", cacheOfCpu)]);

    /// <inheritdoc/>
    public override string ToString() => MemorylessNodes.IsEmpty
        ? Text(NodeOfCpu, CacheOfCpu)
        : $"{Text(NodeOfCpu, CacheOfCpu)};{Memoryless}={CpuSet.Text(MemorylessNodes, ',')}";

    private static IEnumerable<string> Groups(string name, ImmutableArray<int> groupOfCpu) => groupOfCpu.IsDefaultOrEmpty
        ? []
        : Enumerable.Range(0, groupOfCpu.Length)
            .Where(cpu => groupOfCpu[cpu] >= 0)
            .GroupBy(cpu => groupOfCpu[cpu])
            .OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{name}{group.Key}={CpuSet.Text(group, ',')}"));
}

/// <summary>The three text forms of a <see cref="MachineTopology"/>.</summary>
internal sealed class TopologyText
{
    private const int GroupsMax = CpuSet.CpusMax;
    private readonly SortedDictionary<int, int> _nodes = [];
    private readonly SortedDictionary<int, int> _caches = [];
    private ImmutableArray<int> _memoryless = [];

    public static MachineTopology Parse(string text)
    {
        TopologyText reader = new();
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(lines, IsHeader) is { } header)
            reader.ReadTable(header, lines);
        else if (text.Contains('=', StringComparison.Ordinal))
            reader.ReadGroups(lines);
        else
            reader.ReadCpus(lines);
        return reader.Topology();
    }

    // "# CPU,Core,Socket,Node,,L1d,L1i,L2,L3", before the rows of lscpu -p.
    private static bool IsHeader(string line) => line.StartsWith('#') && line.Contains("CPU,", StringComparison.OrdinalIgnoreCase);

    private void ReadTable(string header, string[] lines)
    {
        string[] names = header.TrimStart('#').Split(',', StringSplitOptions.TrimEntries);
        int cpuAt = Array.FindIndex(names, name => name.Equals("CPU", StringComparison.OrdinalIgnoreCase));
        int nodeAt = Array.FindIndex(names, name => name.Equals("Node", StringComparison.OrdinalIgnoreCase));
        int cacheAt = Array.FindLastIndex(names, name => name.Length == 2 && name[0] is 'L' or 'l' && char.IsAsciiDigit(name[1]));
        foreach (string line in lines.Where(line => !line.StartsWith('#')))
        {
            string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length < names.Length)
                throw new FormatException($"the line '{line}' has {cells.Length} columns, but the header names {names.Length}");
            int cpu = Number(cells[cpuAt], line);

            // lscpu leaves the node empty if the kernel knows none.
            Set(_nodes, cpu, nodeAt >= 0 && cells[nodeAt].Length > 0 ? Number(cells[nodeAt], line) : 0);
            if (cacheAt >= 0 && cells[cacheAt].Length > 0)
                Set(_caches, cpu, Number(cells[cacheAt], line));
        }
    }

    // "node0=0-15;llc0=0-7"
    private void ReadGroups(string[] lines)
    {
        foreach (string part in lines.SelectMany(line => line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals].TrimEnd();
            if (equals >= 0 && name == MachineTopology.Memoryless)
            {
                _memoryless = CpuSet.Parse(part[(equals + 1)..], ',');
                continue;
            }

            bool isNode = name.StartsWith("node", StringComparison.Ordinal);
            if (equals < 0 || (!isNode && !name.StartsWith("llc", StringComparison.Ordinal)))
                throw new FormatException($"'{part}' is neither nodeN=CPUS nor llcN=CPUS nor memoryless=NODES");
            int group = Number(name[(isNode ? 4 : 3)..], part);
            foreach (int cpu in CpuSet.Parse(part[(equals + 1)..], ','))
                Set(isNode ? _nodes : _caches, cpu, group);
        }
    }

    // "0-15:0:0,16-31:1:1"
    private void ReadCpus(string[] lines)
    {
        foreach (string part in lines.SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            string[] fields = part.Split(':', StringSplitOptions.TrimEntries);
            if (fields.Length is < 2 or > 3)
                throw new FormatException($"'{part}' is not CPUS:NODE or CPUS:NODE:CACHE, as in 0-15:0");
            foreach (int cpu in CpuSet.Parse(fields[0], ','))
            {
                Set(_nodes, cpu, Number(fields[1], part));
                if (fields.Length == 3)
                    Set(_caches, cpu, Number(fields[2], part));
            }
        }
    }

    private MachineTopology Topology()
    {
        if (_nodes.Count == 0 && _caches.Count == 0)
            throw new FormatException($"the topology must name at least one CPU");
        int cpus = Math.Max(_nodes.Keys.LastOrDefault(-1), _caches.Keys.LastOrDefault(-1)) + 1;
        ImmutableArray<int> nodes = _nodes.Count == 0 ? [.. new int[cpus]] : Groups(_nodes, "node", cpus);
        int unknown = _memoryless.FirstOrDefault(node => !nodes.Contains(node), -1);
        if (unknown >= 0)
            throw new FormatException($"memoryless names node {unknown}, but no CPU is on that node");
        if (nodes.All(node => _memoryless.Contains(node)))
            throw new FormatException($"memoryless names every node, but one must have memory");
        return new MachineTopology(nodes, _caches.Count == 0 ? [] : Groups(_caches, "cache", cpus)) { MemorylessNodes = _memoryless };
    }

    private static ImmutableArray<int> Groups(SortedDictionary<int, int> given, string what, int cpus)
    {
        int missing = Enumerable.Range(0, cpus).FirstOrDefault(cpu => !given.ContainsKey(cpu), -1);
        return missing < 0
            ? [.. given.Values]
            : throw new FormatException($"the topology gives no {what} for CPU {missing}, although it names CPU {cpus - 1}");
    }

    private static void Set(SortedDictionary<int, int> groups, int cpu, int group)
    {
        if (!groups.TryAdd(cpu, group))
            throw new FormatException($"the topology names CPU {cpu} twice");
    }

    private static int Number(string text, string part) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < GroupsMax
            ? number
            : throw new FormatException($"'{text}' in '{part}' is not a number from 0 to {GroupsMax - 1}");
}
