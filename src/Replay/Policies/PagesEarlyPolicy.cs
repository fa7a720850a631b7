using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Kernels 4.9 to 5.17 without VMAP_STACK: pages, freed as soon as the task is dead.</summary>
public readonly struct PagesEarlyPolicy : IStackPolicy<PagesEarlyPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "pages-early",
        "Order-2 pages, freed at the final switch away from the task.",
        "put_task_stack in finish_task_switch, v4.9 to v5.17, CONFIG_VMAP_STACK=n",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        []);

    public static PagesEarlyPolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.AllocatePages(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.Free(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
