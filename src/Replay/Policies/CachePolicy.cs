using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// The mechanism of every kernel and of most ideas: a dead task's stack returns at some moment to some cache, if there is room, and a fork
/// takes it from there. Where it returns and to which cache are type arguments, so that the JIT makes a loop without branches for each
/// pair. <see cref="CachePreset"/> has the rest: capacity, prices, names.
/// </summary>
/// <typeparam name="TPath">The moment at which a stack returns.</typeparam>
/// <typeparam name="TCaches">The caches that it returns to.</typeparam>
internal readonly struct CachePolicy<TPath, TCaches>(TCaches caches) : IStackPolicy<CachePolicy<TPath, TCaches>>
    where TPath : struct, IReturnPath
    where TCaches : struct, IStackCaches
{
    private readonly TCaches _caches = caches;

    static PolicyDescriptor IStackPolicy<CachePolicy<TPath, TCaches>>.Descriptor =>
        throw new NotSupportedException("A mechanism has no name of its own: its presets have.");

    static CachePolicy<TPath, TCaches> IStackPolicy<CachePolicy<TPath, TCaches>>.Create(PolicyArguments arguments, MachineShape machine) =>
        throw new NotSupportedException("A preset makes its caches itself.");

    public static void Fill(ref CachePolicy<TPath, TCaches> policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref CachePolicy<TPath, TCaches> policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        if (TCaches.TakesPages)
            ledger.AllocatePages(task);
        else if (_caches.TryTake(cpu))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (TPath.Return == StackReturn.FinalSwitch && _caches.TryPut(ledger, cpu, task))
            ledger.Cache(task);
        else if (TPath.Return == StackReturn.FinalSwitch && !TPath.HasSecondChance)
            ledger.Free(task);
        else
            ledger.QueueForRcu(task);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if ((TPath.Return == StackReturn.OwnCallback || TPath.HasSecondChance) && ledger.IsWaitingForRcu(task))
            PutOrFree(ledger, cpu, task);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
        if (TPath.Return == StackReturn.TaskFree)
            PutOrFree(ledger, cpu, task);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StructFree(StackLedger ledger, int cpu, int task)
    {
        if (TPath.Return == StackReturn.StructFree)
            PutOrFree(ledger, cpu, task);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutOrFree(StackLedger ledger, int cpu, int task)
    {
        if (_caches.TryPut(ledger, cpu, task))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }
}
