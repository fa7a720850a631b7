using ForkTrace.Events.Filtering;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Which CPUs share a last-level cache: by HEADER_CACHE, else taken to be those of a package, by HEADER_CPU_TOPOLOGY
/// (tools/perf/util/header.c, process_cache, process_cpu_topology).
/// </summary>
internal sealed class PerfCaches
{
    // Caches of 8192 CPUs with four of their own each, and packages.
    private const uint CachesMax = 65536;

    private readonly CpuGroups _packages = new();
    private readonly CpuGroups _caches = new();
    private uint _level;

    /// <summary>Group of each CPU, -1 for one that none lists, for so many CPUs at the least; empty where unknown.</summary>
    public ImmutableArray<int> Groups(int cpus) => (_caches.IsEmpty ? _packages : _caches).ToArray(cpus);

    /// <summary>u32 version, u32 caches; for each: u32 level, line size, sets, ways, texts of type, size and CPUs.</summary>
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

        // Caches of all levels are in one list.
        _caches.Renumber();
    }

    /// <summary>u32 packages, the CPUs of each as a text; what follows is of cores and threads.</summary>
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

/// <summary>Which group (memory node, package, cache) each CPU is of.</summary>
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

    /// <summary>Group of each CPU, -1 for one without, for so many CPUs at the least; empty where no CPU has one.</summary>
    public ImmutableArray<int> ToArray(int cpus) => IsEmpty ? [] : [.. _groups.AsSpan(0, Math.Max(_cpus, cpus))];
}

/// <summary>Reads lists of CPUs as sysfs writes them: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>
    /// The CPUs in the list, in its order, at most <paramref name="limit"/> of them. What is no number or range, or is not below the
    /// limit, is left out.
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
