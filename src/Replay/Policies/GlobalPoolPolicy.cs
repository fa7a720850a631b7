using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// A bound: one pool for the whole machine. Stacks are alike and any fork may take any of them, so keeping one whenever there is room is
/// the optimum: a pool that holds more at some moment never holds less later. No policy of this memory hits more often.
/// </summary>
public readonly struct GlobalPoolPolicy(SharedPools pools) : IStackPolicy<GlobalPoolPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "global-pool",
        "Upper bound for a memory budget: one pool for all CPUs.",
        "none: a bound",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420,
        Reach = StackReach.Machine,
    };

    public static GlobalPoolPolicy Create(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        return new GlobalPoolPolicy(new SharedPools(new int[machine.Cpus], arguments["capacity"]));
    }

    public static void Fill(ref GlobalPoolPolicy policy, StackLedger ledger, int cpu) => policy.Fill(ledger, cpu);

    public static long Empty(ref GlobalPoolPolicy policy, int cpu, bool isOffline) => policy.Empty(cpu);

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
