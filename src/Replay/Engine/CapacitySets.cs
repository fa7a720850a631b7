using System.Numerics;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Per-CPU caches of every capacity 1..C at once. Each CPU has a set J: capacity d is in J if the cache of capacity d contains one stack
/// more than that of d - 1. So the cache of capacity N contains as many stacks as J has members up to N.
/// <para>
/// A fork hits in every capacity from J's lowest member d on, and each of these loses a stack: d leaves J. Every capacity from the lowest d
/// on that is not in J keeps a put stack, since those below are full: d joins J. Both take O(1) for 64 capacities.
/// </para>
/// </summary>
internal readonly struct CapacitySets(int cpus, int capacityMax)
{
    private readonly int _words = Math.Max(1, (capacityMax + 63) / 64);
    private readonly ulong[] _sets = new ulong[cpus * Math.Max(1, (capacityMax + 63) / 64)];

    /// <summary>Fills every cache.</summary>
    public void Fill() => Array.Fill(_sets, ulong.MaxValue);

    /// <summary>Fills every cache of a CPU.</summary>
    public void Fill(int cpu) => _sets.AsSpan(cpu * _words, _words).Fill(ulong.MaxValue);

    /// <summary>A fork: returns the lowest capacity that hits, from 1; a value above the highest if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(int cpu)
    {
        Span<ulong> set = _sets.AsSpan(cpu * _words, _words);
        for (int word = 0; word < set.Length; word++)
        {
            if (set[word] == 0)
                continue;
            int bit = BitOperations.TrailingZeroCount(set[word]);
            set[word] &= set[word] - 1;
            return (word * 64) + bit + 1;
        }

        return (_words * 64) + 1;
    }

    /// <summary>A put: returns the lowest capacity that keeps the stack, from 1; a value above the highest if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Put(int cpu)
    {
        Span<ulong> set = _sets.AsSpan(cpu * _words, _words);
        for (int word = 0; word < set.Length; word++)
        {
            if (set[word] == ulong.MaxValue)
                continue;
            int bit = BitOperations.TrailingZeroCount(~set[word]);
            set[word] |= 1UL << bit;
            return (word * 64) + bit + 1;
        }

        return (_words * 64) + 1;
    }

    /// <summary>Empties every cache of a CPU.</summary>
    public void Empty(int cpu) => _sets.AsSpan(cpu * _words, _words).Clear();

    /// <summary>True if the cache of that capacity contains one stack more than the next smaller one.</summary>
    public bool Contains(int cpu, int capacity) => (_sets[(cpu * _words) + ((capacity - 1) / 64)] >> ((capacity - 1) % 64) & 1) != 0;
}
