using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Linux 4.17 to 4.19: as 4.10, and every stack is cleared before a task gets it.</summary>
public readonly struct Linux417Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux417Policy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-4.17",
        "As linux-4.10; 16 KiB are cleared on every hit.",
        "alloc_thread_stack_node (memset), kernel/fork.c, v4.17 (e01e80634ecd)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.DeferredVfree | StackWork.ZeroOnHit | StackWork.ZeroOnMiss,
        FlushesOffline = true,
        OnlyCounts = true,
    };

    public static Linux417Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux417Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux417Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrFree(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
