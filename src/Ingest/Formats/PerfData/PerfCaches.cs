using ForkTrace.Events.Filtering;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The CPUs that share a last-level cache, from HEADER_CACHE. Without it, the CPUs of a package are assumed to share one, from
/// HEADER_CPU_TOPOLOGY (tools/perf/util/header.c, process_cache, process_cpu_topology).
/// </summary>
internal sealed class PerfCaches
{
    // Room for 8192 CPUs with four caches each, and for the packages' caches.
    private const uint CachesMax = 65536;

    private readonly CpuGroups _packages = new();
    private readonly CpuGroups _caches = new();
    private uint _level;

    /// <summary>Group of each CPU, for at least <paramref name="cpus"/> CPUs; -1 for a CPU without a group; empty if unknown.</summary>
    public ImmutableArray<int> Groups(int cpus) => (_caches.IsEmpty ? _packages : _caches).ToArray(cpus);

    /// <summary>Reads u32 version, u32 caches; for each cache: u32 level, line size, sets, ways, texts of type, size and CPUs.</summary>
    public void ReadCaches(ref ByteCursor cursor)
    {
        cursor.ReadUInt32("the version of the caches");
        uint caches = cursor.ReadUInt32("the number of caches", CachesMax);
        for (uint cache = 0; cache < caches; cache++)
        {
            uint level = cursor.ReadUInt32("the level of a cache");
            cursor.ReadBytes(12, "the shape of a cache");
            PerfFeatures.ReadString(ref cursor);
            PerfFeatures.ReadString(ref cursor);
            string cpus = PerfFeatures.ReadString(ref cursor);
            if (level < _level)
                continue;
            if (level > _level)
                _caches.Clear();
            _level = level;
            foreach (int cpu in CpuList.Parse(cpus, CpuStreams.CpusMax))
                _caches.Set(cpu, (int)cache);
        }

        // The list has caches of all levels.
        _caches.Renumber();
    }

    /// <summary>Reads u32 packages, and the CPUs of each as a text. The data after that is about cores and threads.</summary>
    public void ReadPackages(ref ByteCursor cursor)
    {
        uint packages = cursor.ReadUInt32("the number of packages", CachesMax);
        for (uint package = 0; package < packages; package++)
        {
            foreach (int cpu in CpuList.Parse(PerfFeatures.ReadString(ref cursor), CpuStreams.CpusMax))
                _packages.Set(cpu, (int)package);
        }
    }

}

/// <summary>The group (memory node, package, cache) of each CPU.</summary>
internal sealed class CpuGroups
{
    private const int None = -1;
    private readonly int[] _groups = new int[CpuStreams.CpusMax];
    private int _cpus;

    public CpuGroups() => Clear();

    public bool IsEmpty => _cpus == 0;

    /// <summary>Puts a CPU, below <see cref="CpuStreams.CpusMax"/>, into a group.</summary>
    public void Set(int cpu, int group)
    {
        _groups[cpu] = group;
        _cpus = Math.Max(_cpus, cpu + 1);
    }

    public void Clear()
    {
        Array.Fill(_groups, None);
        _cpus = 0;
    }

    /// <summary>Numbers the groups from 0 on, by the first CPU of each.</summary>
    public void Renumber()
    {
        Dictionary<int, int> numbers = [];
        foreach (ref int group in _groups.AsSpan(0, _cpus))
        {
            if (group == None)
                continue;
            if (!numbers.TryGetValue(group, out int number))
                numbers[group] = number = numbers.Count;
            group = number;
        }
    }

    /// <summary>Group of each CPU, for at least <paramref name="cpus"/> CPUs; -1 for a CPU without a group; empty if no CPU has
    /// one.</summary>
    public ImmutableArray<int> ToArray(int cpus) => IsEmpty ? [] : [.. _groups.AsSpan(0, Math.Max(_cpus, cpus))];
}

/// <summary>Parses lists of CPUs in the form of sysfs: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>
    /// The CPUs in the list, in its order, at most <paramref name="limit"/> of them. Skips CPUs that are not below the limit, and anything
    /// that is not a number or range.
    /// </summary>
    public static IEnumerable<int> Parse(string list, int limit)
    {
        int count = 0;
        foreach (string range in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            (int first, int last) = NumberRanges.ParseOne(range) ?? (1, 0);
            for (int cpu = first; cpu <= last && cpu < limit && count < limit; cpu++, count++)
                yield return cpu;
        }
    }
}
