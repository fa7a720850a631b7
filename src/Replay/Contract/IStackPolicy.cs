using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Contract;

/// <summary>
/// What a kernel does with thread stacks. A policy is a struct in its own file; the engine's loop is generic over it, so its handlers are
/// inlined. Handlers see one operation at a time and act through the ledger; they cannot look at the trace. The policy owns all per-CPU
/// state. Members with a default need not be written; their docs say what the default does.
/// </summary>
/// <typeparam name="TSelf">The policy itself.</typeparam>
public interface IStackPolicy<TSelf>
    where TSelf : struct, IStackPolicy<TSelf>
{
    /// <summary>Name, summary, parameters, needs and source.</summary>
    static abstract PolicyDescriptor Descriptor { get; }

    /// <summary>A policy at the start of a trace, with empty caches.</summary>
    static abstract TSelf Create(PolicyArguments arguments, MachineShape machine);

    /// <summary>
    /// Same as <see cref="Create"/>, for a bound that knows the future. No kernel can know it. The policy may read <paramref
    /// name="future"/> only here, once. Default: <see cref="Create"/>.
    /// </summary>
    static virtual TSelf CreateKnowing(PolicyArguments arguments, MachineShape machine, StackOperations future) =>
        TSelf.Create(arguments, machine);

    /// <summary>Values of parameters that the recording gives. Default: none.</summary>
    /// <param name="facts">The recording.</param>
    /// <param name="given">The values that the user set; the policy must not change them.</param>
    /// <exception cref="PolicyException">The user asked for a value from the recording, and the recording does not have it.</exception>
    static virtual ImmutableDictionary<string, long> FromTrace(TraceFacts facts, ImmutableDictionary<string, long> given) =>
        ImmutableDictionary<string, long>.Empty;

    /// <summary>Bytes of memory per stack. Default: <see cref="MachineShape.StackBytes"/>.</summary>
    static virtual long BytesOfStack(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine.StackBytes;
    }

    /// <summary>
    /// Fills the CPU's cache completely (its group's cache, if it is shared) and reports the stacks with <see
    /// cref="StackLedger.AdoptCached"/>. The engine calls this to replay the other extreme where the contents of a cache are unknown: at
    /// the recording's start and after lost events. Default: the cache stays empty.
    /// </summary>
    static virtual void Fill(ref TSelf policy, StackLedger ledger, int cpu)
    {
    }

    /// <summary>
    /// Removes every stack from the CPU's cache (its group's cache, if it is shared) and returns their number. The engine decides what
    /// happens to them. Default: nothing is cached.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="isOffline">
    /// True if the CPU went offline (only with <see cref="StackRules.FlushesOffline"/>): kernels since 4.12 free the CPU's own stacks, and
    /// leave those that it shares with others (free_vm_stack_cache). False if events of the CPU were lost: then all state that the policy
    /// keeps for the CPU must become as at a recording's start.
    /// </param>
    static virtual long Empty(ref TSelf policy, int cpu, bool isOffline) => 0;

    /// <summary>The time set by <see cref="StackLedger.WakeAt"/> has come. Default: does nothing.</summary>
    static virtual void Timer(ref TSelf policy, StackLedger ledger, long nowNs)
    {
    }

    /// <summary>A fork on <paramref name="cpu"/> needs a stack: call exactly one of the ledger's Reuse, MapNew, AllocatePages.</summary>
    void Allocate(StackLedger ledger, int cpu, int task);

    /// <summary>The final switch away from the dead task happened on <paramref name="cpu"/>: put its stack somewhere, or keep it with the
    /// task.</summary>
    void Release(StackLedger ledger, int cpu, int task);

    /// <summary>
    /// An RCU callback that was queued when this task was released would run now on <paramref name="cpu"/>. The engine calls this for every
    /// dead task: act only if the stack was queued (<see cref="StackLedger.IsWaitingForRcu"/>). Default: does nothing.
    /// </summary>
    void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    /// <summary>delayed_put_task_struct runs for this task on <paramref name="cpu"/>. Default: does nothing.</summary>
    void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }

    /// <summary>
    /// A second callback, queued by the first, frees the task_struct on <paramref name="cpu"/>. Only called if <see
    /// cref="StackRules.Return"/> is <see cref="StackReturn.StructFree"/>. Default: does nothing.
    /// </summary>
    void StructFree(StackLedger ledger, int cpu, int task)
    {
    }
}
