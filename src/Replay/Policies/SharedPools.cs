namespace ForkTrace.Replay.Policies;

/// <summary>
/// One pool of stacks per group of CPUs. Its capacity is the sum of the capacities that its CPUs would have. Filled at the final switch;
/// stacks that do not fit are given back. The cost of the pool's lock is not counted.
/// </summary>
public readonly struct SharedPools
{
    private readonly int[] _groupOfCpu;
    private readonly long[] _counts;
    private readonly long[] _limits;

    /// <param name="groupOfCpu">Group of each CPU, from 0.</param>
    /// <param name="capacity">Stacks that a pool may keep per CPU of its group.</param>
    public SharedPools(ReadOnlySpan<int> groupOfCpu, long capacity)
    {
        _groupOfCpu = groupOfCpu.ToArray();
        int groups = 1;
        foreach (int group in groupOfCpu)
            groups = Math.Max(groups, group + 1);
        _counts = new long[groups];
        _limits = new long[groups];
        foreach (int group in _groupOfCpu)
            _limits[group] += capacity;
    }

    /// <summary>Takes a stack from this CPU's pool, if it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int cpu)
    {
        ref long count = ref _counts[_groupOfCpu[cpu]];
        if (count == 0)
            return false;
        count--;
        return true;
    }

    /// <summary>Counts a stack into this CPU's pool, if there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(int cpu)
    {
        int group = _groupOfCpu[cpu];
        if (_counts[group] >= _limits[group])
            return false;
        _counts[group]++;
        return true;
    }

    /// <summary>A fork takes a stack from its CPU's pool, or gets a new one.</summary>
    public void TakeOrMap(StackLedger ledger, int cpu, int task)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (TryTake(cpu))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    /// <summary>A dead task's stack goes into its CPU's pool, or back to the system.</summary>
    public void PutOrFree(StackLedger ledger, int cpu, int task)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }

    /// <summary>Empties this CPU's pool, and returns the number of stacks in it.</summary>
    public long Empty(int cpu)
    {
        ref long pooled = ref _counts[_groupOfCpu[cpu]];
        long count = pooled;
        pooled = 0;
        return count;
    }

    /// <summary>Fills this CPU's pool with stacks that the ledger adopts.</summary>
    public void Fill(StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        int group = _groupOfCpu[cpu];
        ledger.AdoptCached(cpu, (int)(_limits[group] - _counts[group]));
        _counts[group] = _limits[group];
    }
}
