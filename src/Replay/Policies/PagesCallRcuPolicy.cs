using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Kernels from 5.18 on without VMAP_STACK: pages, freed by a callback of their own after a grace period.</summary>
public readonly struct PagesCallRcuPolicy : IStackPolicy<PagesCallRcuPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "pages-call-rcu",
        "Order-2 pages, freed by an RCU callback queued at the final switch.",
        "thread_stack_free_rcu, kernel/fork.c, v5.18 (e540bf3162e8), CONFIG_VMAP_STACK=n",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [])
    {
        Work = StackWork.ZeroOnMiss | StackWork.ChargeMemcg,
    };

    public static PagesCallRcuPolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.AllocatePages(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.QueueForRcu(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if (ledger.IsWaitingForRcu(task))
            ledger.Free(task);
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
