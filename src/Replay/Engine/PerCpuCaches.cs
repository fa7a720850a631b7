using System.Runtime.CompilerServices;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// How many stacks each CPU keeps, up to a capacity. Which slot a stack lies in never changes a hit, so only counts are kept
/// (cached_stacks, kernel/fork.c).
/// </summary>
public readonly struct PerCpuCaches(int cpus, long capacity)
{
    private readonly int[] _counts = new int[cpus];
    private readonly int _capacity = (int)capacity;

    /// <summary>Takes a stack from this CPU's cache, if it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int cpu)
    {
        ref int count = ref _counts[cpu];
        if (count == 0)
            return false;
        count--;
        return true;
    }

    /// <summary>Makes room for a stack in this CPU's cache, if there is any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(int cpu)
    {
        ref int count = ref _counts[cpu];
        if (count >= _capacity)
            return false;
        count++;
        return true;
    }

    /// <summary>Fills every CPU's cache with stacks that the ledger takes over.</summary>
    public void Fill(StackLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        for (int cpu = 0; cpu < _counts.Length; cpu++)
        {
            ledger.AdoptCached(cpu, _capacity - _counts[cpu]);
            _counts[cpu] = _capacity;
        }
    }
}
