using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// The cache that did nothing: stacks come back in batches after a grace period, and all but the first few of a batch are dropped.
/// </summary>
public readonly struct RcuCachePolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<RcuCachePolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "rcu-cache",
        "A per-CPU cache fed by the RCU callback that frees the task: 2016's useless cache.",
        "Lutomirski 2016 (in no release); PREEMPT_RT 2021, put_task_stack in delayed_put_task_struct",
        StackReturn.TaskFree,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.TaskFree],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.DeferredVfree,
        OnlyCounts = true,
    };

    public static RcuCachePolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref RcuCachePolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref RcuCachePolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.QueueForRcu(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task) => _caches.PutOrFree(ledger, cpu, task);
}
