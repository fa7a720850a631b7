using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>Linux 5.18: what does not fit the cache waits for an RCU callback, which tries the cache once more before vfree.</summary>
public readonly struct Linux518Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux518Policy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-5.18",
        "A per-CPU cache filled at the final switch; overflow gets a second chance after a grace period.",
        "thread_stack_delayed_free, thread_stack_free_rcu, kernel/fork.c, v5.18 (e540bf3162e8)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static Linux518Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux518Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux518Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrQueue(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task) => _caches.PutQueuedOrFree(ledger, cpu, task);

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
