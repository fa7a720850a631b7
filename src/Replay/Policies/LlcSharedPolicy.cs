using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: one cache for the CPUs that share a last-level cache, as large as theirs would be together.
/// </summary>
public readonly struct LlcSharedPolicy(SharedPools pools) : IStackPolicy<LlcSharedPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "llc-shared",
        "One cache for the CPUs of a last-level cache; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        Reach = StackReach.LastLevelCache,
    };

    public static LlcSharedPolicy Create(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        return new LlcSharedPolicy(new SharedPools(machine.CacheOfCpu.AsSpan(), arguments["capacity"]));
    }

    public static void Fill(ref LlcSharedPolicy policy, StackLedger ledger, int cpu) => policy.Fill(ledger, cpu);

    public static long Empty(ref LlcSharedPolicy policy, int cpu, bool isOffline) => policy.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => pools.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => pools.PutOrFree(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }

    private void Fill(StackLedger ledger, int cpu) => pools.Fill(ledger, cpu);

    private long Empty(int cpu) => pools.Empty(cpu);
}
