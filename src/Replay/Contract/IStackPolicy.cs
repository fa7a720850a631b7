using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Contract;

/// <summary>
/// What a kernel does with thread stacks. A policy is a struct in a file of its own; the engine's loop is generic over it, so its
/// handlers are inlined. Handlers see one operation at a time and act through the ledger; they cannot look at the trace. All
/// per-CPU state is the policy's own. A policy writes what it does: members that need not be written say what happens without.
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
    /// As <see cref="Create"/>, for a bound that knows what will happen. No kernel can; whatever is looked up is looked up here, once.
    /// Without it: <see cref="Create"/>.
    /// </summary>
    static virtual TSelf CreateKnowing(PolicyArguments arguments, MachineShape machine, StackOperations future) =>
        TSelf.Create(arguments, machine);

    /// <summary>Values of parameters that the recording gives. Without it: none.</summary>
    /// <param name="facts">The recording.</param>
    /// <param name="given">What the user set, which the policy leaves as it is.</param>
    /// <exception cref="PolicyException">The user asked for a value of the recording's that it does not have.</exception>
    static virtual ImmutableDictionary<string, long> FromTrace(TraceFacts facts, ImmutableDictionary<string, long> given) =>
        ImmutableDictionary<string, long>.Empty;

    /// <summary>Bytes of memory that one stack holds. Without it: <see cref="MachineShape.StackBytes"/>.</summary>
    static virtual long BytesOfStack(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine.StackBytes;
    }

    /// <summary>
    /// Fills the CPU's cache as far as it goes (its group's, if the cache is shared), telling the ledger by
    /// <see cref="StackLedger.AdoptCached"/>: the other possible state where nobody knows what it holds, at a recording's start and behind
    /// lost events. Without it: the cache is empty there.
    /// </summary>
    static virtual void Fill(ref TSelf policy, StackLedger ledger, int cpu)
    {
    }

    /// <summary>
    /// Takes every stack out of the CPU's cache (its group's, if the cache is shared) and says how many there were; what becomes of them is
    /// the engine's business. Without it: nothing is cached.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="isOffline">
    /// True if the CPU went offline (only with <see cref="StackRules.FlushesOffline"/>): kernels since 4.12 give back what is the
    /// CPU's own, and leave what it shares with others (free_vm_stack_cache). False if events of it were lost: it, and whatever else the
    /// policy keeps for it, is as at a recording's start.
    /// </param>
    static virtual long Empty(ref TSelf policy, int cpu, bool isOffline) => 0;

    /// <summary>The time that <see cref="StackLedger.WakeAt"/> asked for has come. Without it: nothing.</summary>
    static virtual void Timer(ref TSelf policy, StackLedger ledger, long nowNs)
    {
    }

    /// <summary>A fork on <paramref name="cpu"/> wants a stack: call exactly one of the ledger's Reuse, MapNew, AllocatePages.</summary>
    void Allocate(StackLedger ledger, int cpu, int task);

    /// <summary>The dead task has been switched away from on <paramref name="cpu"/>: put its stack somewhere, or keep it with the task.</summary>
    void Release(StackLedger ledger, int cpu, int task);

    /// <summary>
    /// An RCU callback queued at this task's release would run on <paramref name="cpu"/>. Called for every dead task: act only if the
    /// stack was queued (<see cref="StackLedger.IsWaitingForRcu"/>). Without it: nothing.
    /// </summary>
    void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    /// <summary>delayed_put_task_struct runs for this task on <paramref name="cpu"/>. Without it: nothing.</summary>
    void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }

    /// <summary>
    /// A second callback, queued by the first, frees the task_struct on <paramref name="cpu"/>. Only called if
    /// <see cref="StackRules.Return"/> is <see cref="StackReturn.StructFree"/>. Without it: nothing.
    /// </summary>
    void StructFree(StackLedger ledger, int cpu, int task)
    {
    }
}
