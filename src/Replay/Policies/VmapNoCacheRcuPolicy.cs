using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>A counterfactual: the first vmapped stacks of 2016, which cost +1.5 us a fork.</summary>
public readonly struct VmapNoCacheRcuPolicy : IStackPolicy<VmapNoCacheRcuPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "vmap-nocache-rcu",
        "Every stack vmalloc'ed, vfree'd with the task_struct after a grace period; no cache.",
        "Lutomirski, virtually mapped stacks, first series, 2016 (in no release)",
        StackReturn.TaskFree,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.TaskFree],
        [])
    {
        Work = StackWork.DeferredVfree,
    };

    public static VmapNoCacheRcuPolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.MapNew(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.QueueForRcu(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task) => ledger.Free(task);
}
