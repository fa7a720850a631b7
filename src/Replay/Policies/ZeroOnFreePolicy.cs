using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>An idea: as 5.18, but a stack is cleared when it is cached: no secret lies in a cache, and no fork waits for it.</summary>
public readonly struct ZeroOnFreePolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<ZeroOnFreePolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "zero-on-free",
        "As linux-5.18; stacks are cleared before they are cached, not when they are taken.",
        "thread_stack_free_rcu, kernel/fork.c, v5.18, with the memset of alloc_thread_stack_node moved there (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.ZeroOnRelease | StackWork.ZeroOnMiss | StackWork.ChargeMemcg | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static ZeroOnFreePolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref ZeroOnFreePolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref ZeroOnFreePolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrQueue(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task) => _caches.PutQueuedOrFree(ledger, cpu, task);

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}
