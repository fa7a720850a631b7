using System.Collections.Immutable;
using System.Globalization;

namespace ForkTrace.Replay.Contract;

/// <summary>Which CPUs share a memory node, and which a last-level cache, as <c>--topology</c> gives them.</summary>
/// <param name="NodeOfCpu">Memory node of each CPU.</param>
/// <param name="CacheOfCpu">Last-level cache of each CPU; empty where not given.</param>
public sealed record MachineTopology(ImmutableArray<int> NodeOfCpu, ImmutableArray<int> CacheOfCpu)
{
    /// <summary>CPUs that it tells of, from 0 on.</summary>
    public int Cpus => NodeOfCpu.Length;

    /// <summary>
    /// Reads <c>0-15:0,16-31:1</c> (CPUs, node, and after another colon the cache), <c>node0=0-15;node1=16-31;llc0=0-7;...</c>, or what
    /// <c>lscpu -p</c> prints; with line ends or without.
    /// </summary>
    /// <exception cref="PolicyException">None of these, a CPU twice, or one left out.</exception>
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
