using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// The mechanism of every kernel and of most ideas: at some moment, a dead task's stack returns to a cache, if there is room, and a fork
/// takes it from there. The moment and the kind of cache are type arguments, so that the JIT compiles a loop without branches for each
/// pair. <see cref="CachePreset"/> contains the rest: capacity, prices, names.
/// </summary>
/// <typeparam name="TPath">The moment at which a stack returns.</typeparam>
/// <typeparam name="TCaches">The caches that it returns to.</typeparam>
internal readonly struct CachePolicy<TPath, TCaches>(TCaches caches) : IStackPolicy<CachePolicy<TPath, TCaches>>
    where TPath : struct, IReturnPath
    where TCaches : struct, IStackCaches
{
    private readonly TCaches _caches = caches;

    static PolicyDescriptor IStackPolicy<CachePolicy<TPath, TCaches>>.Descriptor =>
        throw new NotSupportedException("The mechanism has no descriptor: its presets have.");

    static CachePolicy<TPath, TCaches> IStackPolicy<CachePolicy<TPath, TCaches>>.Create(PolicyArguments arguments, MachineShape machine) =>
        throw new NotSupportedException("The mechanism has no caches: its presets make them.");

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
