using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Kernels up to 4.8: pages, freed with the task_struct after a grace period.</summary>
public readonly struct PagesRcuPolicy : IStackPolicy<PagesRcuPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "pages-rcu",
        "Order-2 pages, freed with the task_struct after an RCU grace period.",
        "free_task, kernel/fork.c, up to v4.8",
        StackReturn.TaskFree,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.TaskFree],
        []);

    public static PagesRcuPolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.AllocatePages(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.QueueForRcu(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task) => ledger.Free(task);
}
