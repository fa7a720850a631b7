using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Linux 4.20 to 5.17: as 4.17, and every stack is charged to its new task's memory cgroup. Charges never fail here.</summary>
public readonly struct Linux420Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux420Policy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-4.20",
        "As linux-4.17; every hit and miss is charged to a memory cgroup.",
        "memcg_charge_kernel_stack, kernel/fork.c, v4.20 (9b6f7e163cd0)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.DeferredVfree | StackWork.Since420,
        FlushesOffline = true,
        OnlyCounts = true,
    };

    public static Linux420Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux420Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux420Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrFree(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
