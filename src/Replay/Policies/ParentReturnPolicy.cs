using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: a dead task's stack goes to the cache of the CPU that forked it, where the next fork is likely. A task from before the
/// recording gives its stack to the CPU on which it died. What the remote access would cost is not counted.
/// </summary>
public readonly struct ParentReturnPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<ParentReturnPolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "parent-return",
        "A per-CPU cache that gets back the stacks it gave out; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        Reach = StackReach.ForkingCpu,
        SpansCpus = true,
    };

    public static ParentReturnPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref ParentReturnPolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref ParentReturnPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task)
    {
        int forkCpu = ledger.ForkCpu(task);
        if (_caches.TryPut(forkCpu < 0 ? cpu : forkCpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
