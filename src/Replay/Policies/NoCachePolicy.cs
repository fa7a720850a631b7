using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>The lower bound: every fork maps a new stack. What vmap-nocache-early replays, under the name of what it is for.</summary>
public readonly struct NoCachePolicy : IStackPolicy<NoCachePolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "no-cache",
        "Lower bound: nothing is cached.",
        "none: a bound",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        []);

    public static NoCachePolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.MapNew(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.Free(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
