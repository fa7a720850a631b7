using System.Reflection;

namespace ForkTrace.Replay.Contract;

/// <summary>One replay of a trace's operations under one policy, from its start; stretch by stretch for a long trace.</summary>
public abstract class PolicyRun
{
    /// <summary>Fills the policy's caches completely. Only before the first operation.</summary>
    public abstract void Fill(StackLedger ledger);

    /// <summary>Moves the clock to a time before the next operation. Runs the timers that are due by then.</summary>
    public abstract void AdvanceTo(StackLedger ledger, long timeNs);

    /// <summary>Replays the operations in [<paramref name="from"/>, <paramref name="to"/>). Each call must begin where the last one
    /// ended.</summary>
    public abstract void Replay(StackLedger ledger, int from, int to);

    /// <summary>Moves to the next stretch of the trace; <see cref="Replay"/> then replays its operations.</summary>
    public abstract void TurnTo(StackOperations stretch);

    /// <summary>Removes the CPU's own stacks, as if it went offline, and returns their number. For inspection after a replay.</summary>
    internal abstract long TakeOwn(int cpu);
}

/// <summary>The loop over a trace's operations. The JIT compiles it for each policy struct: no interface call, no allocation.</summary>
/// <typeparam name="TPolicy">The policy.</typeparam>
public sealed class PolicyRun<TPolicy>(TPolicy policy, StackOperations operations) : PolicyRun
    where TPolicy : struct, IStackPolicy<TPolicy>
{
    // Calling a default member of an interface boxes the struct: 32 bytes per call. A handler that a policy leaves to the default does
    // nothing, so it is not called at all.
    private static readonly bool s_hasStackCallback = Writes(nameof(IStackPolicy<>.StackCallback));
    private static readonly bool s_hasTaskFree = Writes(nameof(IStackPolicy<>.TaskFree));
    private static readonly bool s_hasStructFree = Writes(nameof(IStackPolicy<>.StructFree));
    private TPolicy _policy = policy;
    private StackOperations _operations = operations;

    /// <inheritdoc/>
    public override void Fill(StackLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        Fill(ref _policy, ledger, 0, ledger.Cpus);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(StackLedger ledger, long timeNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        CatchUp(ref _policy, ledger, timeNs);
    }

    /// <inheritdoc/>
    public override void TurnTo(StackOperations stretch) => _operations = stretch;

    /// <inheritdoc/>
    public override void Replay(StackLedger ledger, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        StackOperations operations = _operations;
        int count = to - from;
        ReadOnlySpan<long> timesNs = operations.TimesNs.Slice(from, count);
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds.Slice(from, count);
        ReadOnlySpan<ushort> cpus = operations.Cpus.Slice(from, count);
        ReadOnlySpan<int> tasks = operations.TaskIds.Slice(from, count);
        TPolicy policy = _policy;
        for (int index = 0; index < timesNs.Length; index++)
        {
            int cpu = cpus[index];
            int task = tasks[index];
            if (timesNs[index] >= ledger.AlarmNs)
            {
                // Through a copy, so that the policy itself stays in registers.
                TPolicy awake = policy;
                CatchUp(ref awake, ledger, timesNs[index]);
                policy = awake;
            }

            ledger.MoveTo(timesNs[index], cpu);
            switch (kinds[index])
            {
                case StackOperationKind.Allocate:
                    policy.Allocate(ledger, cpu, task);
                    break;
                case StackOperationKind.Release:
                    policy.Release(ledger, cpu, task);
                    break;
                case StackOperationKind.StackCallback:
                    if (s_hasStackCallback)
                        policy.StackCallback(ledger, cpu, task);
                    break;
                case StackOperationKind.TaskFree:
                    if (s_hasTaskFree)
                        policy.TaskFree(ledger, cpu, task);
                    break;
                case StackOperationKind.StructFree:
                    if (s_hasStructFree)
                        policy.StructFree(ledger, cpu, task);
                    break;
                case StackOperationKind.FailedCharge:
                    if (ledger.FreesUncharged)
                        ledger.Free(task);
                    else
                        policy.Release(ledger, cpu, task);
                    break;
                default:
                    TPolicy emptied = policy;
                    Empty(ref emptied, ledger, cpu, kinds[index]);
                    policy = emptied;
                    break;
            }
        }

        if (to == operations.Count && operations.IsLast)
            CatchUp(ref policy, ledger, operations.LastNs);
        _policy = policy;
    }

    internal override long TakeOwn(int cpu) => TPolicy.Empty(ref _policy, cpu, isOffline: true);

    /// <summary>True if the policy writes a member itself.</summary>
    internal static bool Writes(string handler)
    {
        InterfaceMapping map = typeof(TPolicy).GetInterfaceMap(typeof(IStackPolicy<TPolicy>));
        int index = Array.FindIndex(map.InterfaceMethods, method => method.Name == handler);
        return map.TargetMethods[index].DeclaringType == typeof(TPolicy);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Empty(ref TPolicy policy, StackLedger ledger, int cpu, StackOperationKind kind)
    {
        if (kind == StackOperationKind.LostEvents)
            Forget(ref policy, ledger, ledger.SpansCpus ? 0 : cpu, ledger.SpansCpus ? ledger.Cpus : cpu + 1);
        else if (ledger.FlushesOffline)
            ledger.FreeOffline(cpu, TPolicy.Empty(ref policy, cpu, isOffline: true));
    }

    // As at the start of a recording.
    private static void Forget(ref TPolicy policy, StackLedger ledger, int from, int to)
    {
        for (int cpu = from; cpu < to; cpu++)
            ledger.Forget(cpu, TPolicy.Empty(ref policy, cpu, isOffline: false));
        if (ledger.StartsFull)
            Fill(ref policy, ledger, from, to);
    }

    private static void Fill(ref TPolicy policy, StackLedger ledger, int from, int to)
    {
        for (int cpu = from; cpu < to; cpu++)
            TPolicy.Fill(ref policy, ledger, cpu);
    }

    // Timers that are due run at their own times, before the operation of the same time.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CatchUp(ref TPolicy policy, StackLedger ledger, long timeNs)
    {
        while (ledger.TimerNs <= timeNs)
        {
            long dueNs = ledger.TakeTimer();
            TPolicy.Timer(ref policy, ledger, dueNs);
        }

        ledger.AdvanceTo(timeNs);
    }
}
