using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Lifecycle.Conditions;

/// <summary>Which CPUs share a memory node, and which a last-level cache, as far as a user gives them.</summary>
/// <param name="NodeOfCpu">Memory node of each CPU.</param>
/// <param name="CacheOfCpu">Last-level cache of each CPU; empty where not given.</param>
public sealed record MachineTopology(ImmutableArray<int> NodeOfCpu, ImmutableArray<int> CacheOfCpu)
{
    /// <summary>CPUs that it tells of, from 0 on.</summary>
    public int Cpus => NodeOfCpu.Length;

    /// <summary>The same nodes and caches of the same CPUs.</summary>
    public bool Equals(MachineTopology? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>What a trace is replayed on: what is given, and where it leaves out caches or all, the trace's own.</summary>
    public static MachineTopology Of(MachineTopology? given, TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new MachineTopology(
            given is { NodeOfCpu.IsEmpty: false } ? given.NodeOfCpu : facts.CpuNodes,
            given is { CacheOfCpu.IsEmpty: false } ? given.CacheOfCpu : facts.CpuCaches);
    }

    /// <summary>As <see cref="Parse"/>, or reads a file that holds one of these texts.</summary>
    /// <exception cref="FormatException">As for <see cref="Parse"/>, or there is no such file, or one that is too long.</exception>
    public static MachineTopology Read(string textOrPath, string folder)
    {
        const long BytesMax = 4 << 20;
        ArgumentNullException.ThrowIfNull(textOrPath);
        if (textOrPath.Contains(':', StringComparison.Ordinal) || textOrPath.Contains('=', StringComparison.Ordinal))
            return Parse(textOrPath);
        FileInfo file = new(Path.Combine(folder, textOrPath));
        if (!file.Exists)
            throw new FormatException($"'{textOrPath}' is no file, nor of the form 0-15:0,16-31:1 or node0=0-15;node1=16-31");
        return file.Length <= BytesMax
            ? Parse(File.ReadAllText(file.FullName))
            : throw new FormatException($"{textOrPath} is longer than {BytesMax} bytes");
    }

    /// <summary>
    /// Reads <c>0-15:0,16-31:1</c> (CPUs, node, and after another colon the cache), <c>node0=0-15;node1=16-31;llc0=0-7;...</c>, or what
    /// <c>lscpu -p</c> prints; with line ends or without.
    /// </summary>
    /// <exception cref="FormatException">None of these, a CPU twice, or one left out.</exception>
    public static MachineTopology Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TopologyText.Parse(text);
    }

    /// <summary><c>node0=0-15;node1=16-31;llc0=0-31</c>; empty if neither nodes nor caches are known.</summary>
    public static string Text(ImmutableArray<int> nodeOfCpu, ImmutableArray<int> cacheOfCpu) =>
        string.Join(';', [.. Groups("node", nodeOfCpu), .. Groups("llc", cacheOfCpu)]);

    /// <inheritdoc/>
    public override string ToString() => Text(NodeOfCpu, CacheOfCpu);

    private static IEnumerable<string> Groups(string name, ImmutableArray<int> groupOfCpu) => groupOfCpu.IsDefaultOrEmpty
        ? []
        : Enumerable.Range(0, groupOfCpu.Length)
            .Where(cpu => groupOfCpu[cpu] >= 0)
            .GroupBy(cpu => groupOfCpu[cpu])
            .OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{name}{group.Key}={CpuSet.Text(group, ',')}"));
}
