using System.Collections.Immutable;
using System.Globalization;

namespace ForkTrace.Lifecycle.Conditions;

/// <summary>The three spellings of a <see cref="MachineTopology"/>.</summary>
internal sealed class TopologyText
{
    private const int GroupsMax = CpuSet.CpusMax;
    private readonly SortedDictionary<int, int> _nodes = [];
    private readonly SortedDictionary<int, int> _caches = [];

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

            // lscpu leaves the node empty where the kernel knows none.
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
            bool isNode = name.StartsWith("node", StringComparison.Ordinal);
            if (equals < 0 || (!isNode && !name.StartsWith("llc", StringComparison.Ordinal)))
                throw new FormatException($"'{part}' is neither nodeN=CPUS nor llcN=CPUS");
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
            throw new FormatException($"the topology names no CPU");
        int cpus = Math.Max(_nodes.Keys.LastOrDefault(-1), _caches.Keys.LastOrDefault(-1)) + 1;
        ImmutableArray<int> nodes = _nodes.Count == 0 ? [.. new int[cpus]] : Groups(_nodes, "a node", cpus);
        return new MachineTopology(nodes, _caches.Count == 0 ? [] : Groups(_caches, "a cache", cpus));
    }

    private static ImmutableArray<int> Groups(SortedDictionary<int, int> given, string what, int cpus)
    {
        int missing = Enumerable.Range(0, cpus).FirstOrDefault(cpu => !given.ContainsKey(cpu), -1);
        return missing < 0 ? [.. given.Values] : throw new FormatException($"the topology gives CPU {missing} not {what}, but CPU {cpus - 1} is there");
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
