using System.Collections.Immutable;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>Which group (memory node, package, cache) each CPU is of.</summary>
internal sealed class CpuGroups
{
    private const int None = -1;
    private int[] _groups = [];
    private int _cpus;

    /// <summary>True if no CPU has a group.</summary>
    public bool IsEmpty => _cpus == 0;

    /// <summary>Puts a CPU, below <see cref="CpuStreams.CpusMax"/>, into a group.</summary>
    public void Set(int cpu, int group)
    {
        if (cpu >= _groups.Length)
            Array.Resize(ref _groups, Math.Max(cpu + 1, 2 * _groups.Length));
        if (cpu >= _cpus)
        {
            _groups.AsSpan(_cpus, cpu - _cpus).Fill(None);
            _cpus = cpu + 1;
        }

        _groups[cpu] = group;
    }

    public void Clear() => _cpus = 0;

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
    public ImmutableArray<int> ToArray(int cpus)
    {
        if (IsEmpty)
            return [];
        int[] groups = new int[Math.Max(_cpus, cpus)];
        _groups.AsSpan(0, _cpus).CopyTo(groups);
        groups.AsSpan(_cpus).Fill(None);
        return [.. groups];
    }
}
