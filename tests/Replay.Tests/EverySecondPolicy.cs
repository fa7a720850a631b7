using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Replay.Tests;

/// <summary>The example in docs/policy-writing.md.</summary>
public readonly struct EverySecondPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<EverySecondPolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);
    private readonly int[] _deaths = new int[machine.Cpus];

    public static PolicyDescriptor Descriptor { get; } = new(
        "every-second",
        "Keeps the stack of every second task that dies on a CPU.",
        "none: an example",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity]);

    public static EverySecondPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static long Empty(ref EverySecondPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        if (_caches.TryTake(cpu))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (_deaths[cpu]++ % 2 == 0 && _caches.TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }
}
