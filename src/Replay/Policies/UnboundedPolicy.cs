using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>A bound: each CPU keeps every stack that is freed on it. No cache of one CPU alone can hit more often.</summary>
public readonly struct UnboundedPolicy(MachineShape machine) : IStackPolicy<UnboundedPolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, int.MaxValue);

    public static PolicyDescriptor Descriptor { get; } = new(
        "unbounded",
        "Upper bound for caches of one CPU: nothing is ever dropped.",
        "none: a bound",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [])
    {
        Work = StackWork.Since420,
    };

    public static UnboundedPolicy Create(PolicyArguments arguments, MachineShape machine) => new(machine);

    public static long Empty(ref UnboundedPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task)
    {
        _caches.TryPut(cpu);
        ledger.Cache(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
