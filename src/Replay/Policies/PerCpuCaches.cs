namespace ForkTrace.Replay.Policies;

/// <summary>
/// The number of stacks in each CPU's cache, up to a capacity. The slot of a stack never affects a hit, so only counts are kept
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

    /// <summary>Counts a stack into this CPU's cache, if there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(int cpu)
    {
        ref int count = ref _counts[cpu];
        if (count >= _capacity)
            return false;
        count++;
        return true;
    }

    /// <summary>A fork takes a stack from this CPU's cache, or gets a new one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeOrMap(StackLedger ledger, int cpu, int task)
    {
        if (TryTake(cpu))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    /// <summary>A stack goes into this CPU's cache, or back to the system.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutOrFree(StackLedger ledger, int cpu, int task)
    {
        if (TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }

    /// <summary>A dead task's stack goes into this CPU's cache, or waits for an RCU callback (thread_stack_delayed_free, 5.18).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutOrQueue(StackLedger ledger, int cpu, int task)
    {
        if (TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.QueueForRcu(task);
    }

    /// <summary>The second chance of a stack that was queued. Does nothing for other stacks (thread_stack_free_rcu, 5.18).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutQueuedOrFree(StackLedger ledger, int cpu, int task)
    {
        if (ledger.IsWaitingForRcu(task))
            PutOrFree(ledger, cpu, task);
    }

    /// <summary>Empties this CPU's cache, and returns the number of stacks in it.</summary>
    public int Empty(int cpu)
    {
        int count = _counts[cpu];
        _counts[cpu] = 0;
        return count;
    }

    /// <summary>Fills this CPU's cache with stacks that the ledger adopts. An unbounded cache is never full and stays as it is.</summary>
    public void Fill(StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (_capacity == int.MaxValue)
            return;
        ledger.AdoptCached(cpu, _capacity - _counts[cpu]);
        _counts[cpu] = _capacity;
    }
}
