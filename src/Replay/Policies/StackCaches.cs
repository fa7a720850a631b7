using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>The caches that stacks return to.</summary>
internal interface IStackCaches
{
    /// <summary>True if stacks are order-2 pages, which no kernel caches.</summary>
    static virtual bool TakesPages => false;

    /// <summary>Takes a stack for a fork on that CPU, if there is one.</summary>
    bool TryTake(int cpu);

    /// <summary>Counts the stack of a task that is given back on that CPU into a cache, if there is room.</summary>
    bool TryPut(StackLedger ledger, int cpu, int task);

    /// <summary>See <see cref="Contract.IStackPolicy{TSelf}.Fill"/>.</summary>
    void Fill(StackLedger ledger, int cpu);

    /// <summary>See <see cref="Contract.IStackPolicy{TSelf}.Empty"/>.</summary>
    long Empty(int cpu);
}

/// <summary>One cache per CPU, for the stacks that are given back on it.</summary>
internal readonly struct CpuCaches(PerCpuCaches caches) : IStackCaches
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int cpu) => caches.TryTake(cpu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(StackLedger ledger, int cpu, int task) => caches.TryPut(cpu);

    public void Fill(StackLedger ledger, int cpu) => caches.Fill(ledger, cpu);

    public long Empty(int cpu) => caches.Empty(cpu);
}

/// <summary>One cache per CPU, for the stacks of tasks that it forked. Stacks from before the recording are treated as in <see
/// cref="CpuCaches"/>.</summary>
internal readonly struct ForkingCpuCaches(PerCpuCaches caches) : IStackCaches
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int cpu) => caches.TryTake(cpu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(StackLedger ledger, int cpu, int task)
    {
        int forkCpu = ledger.ForkCpu(task);
        return caches.TryPut(forkCpu < 0 ? cpu : forkCpu);
    }

    public void Fill(StackLedger ledger, int cpu) => caches.Fill(ledger, cpu);

    public long Empty(int cpu) => caches.Empty(cpu);
}

/// <summary>One cache per group of CPUs.</summary>
internal readonly struct GroupCaches(SharedPools pools) : IStackCaches
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int cpu) => pools.TryTake(cpu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPut(StackLedger ledger, int cpu, int task) => pools.TryPut(cpu);

    public void Fill(StackLedger ledger, int cpu) => pools.Fill(ledger, cpu);

    public long Empty(int cpu) => pools.Empty(cpu);
}

/// <summary>No caches: every stack is new.</summary>
internal readonly struct NoCaches : IStackCaches
{
    public bool TryTake(int cpu) => false;

    public bool TryPut(StackLedger ledger, int cpu, int task) => false;

    public void Fill(StackLedger ledger, int cpu)
    {
    }

    public long Empty(int cpu) => 0;
}

/// <summary>No caches, and stacks are pages (CONFIG_VMAP_STACK=n, and every kernel before 4.9).</summary>
internal readonly struct PageBlocks : IStackCaches
{
    public static bool TakesPages => true;

    public bool TryTake(int cpu) => false;

    public bool TryPut(StackLedger ledger, int cpu, int task) => false;

    public void Fill(StackLedger ledger, int cpu)
    {
    }

    public long Empty(int cpu) => 0;
}
