using System.Collections.Immutable;
using ForkTrace.Ingest.Columns;

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
        uint caches = cursor.ReadUInt32("the number of caches");
        RefuseMany(caches, cursor.Offset - 4, "the number of caches");
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
        uint packages = cursor.ReadUInt32("the number of packages");
        RefuseMany(packages, cursor.Offset - 4, "the number of packages");
        for (uint package = 0; package < packages; package++)
        {
            foreach (int cpu in CpuList.Parse(PerfFeatures.ReadString(ref cursor), CpuStreams.CpusMax))
                _packages.Set(cpu, (int)package);
        }
    }

    private static void RefuseMany(uint count, long offset, string what)
    {
        if (count > CachesMax)
            Reject.Invalid(what, offset, $"{count}", $"at most {CachesMax}");
    }
}
