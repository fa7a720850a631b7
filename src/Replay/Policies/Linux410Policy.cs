using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Linux 4.10 and 4.11: as 4.9, but what does not fit is vfree'd by a workqueue, since the scheduler must not sleep.</summary>
public readonly struct Linux410Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux410Policy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-4.10",
        "As linux-4.9; overflow goes to a workqueue that vfrees it.",
        "free_thread_stack (vfree_atomic), kernel/fork.c, v4.10",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.DeferredVfree,
        OnlyCounts = true,
    };

    public static Linux410Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux410Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux410Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrFree(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
