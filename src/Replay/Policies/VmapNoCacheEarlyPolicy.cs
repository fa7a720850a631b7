using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>A counterfactual: 4.9 without its cache.</summary>
public readonly struct VmapNoCacheEarlyPolicy : IStackPolicy<VmapNoCacheEarlyPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "vmap-nocache-early",
        "Every stack vmalloc'ed, vfree'd at the final switch; no cache.",
        "free_thread_stack, kernel/fork.c, v4.9, with NR_CACHED_STACKS 0",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        []);

    public static VmapNoCacheEarlyPolicy Create(PolicyArguments arguments, MachineShape machine) => default;

    public void Allocate(StackLedger ledger, int cpu, int task) => ledger.MapNew(task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.Free(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
