using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: one cache for the CPUs of a memory node, as large as theirs would be together. A stack is put where its task dies, so its pages
/// may be another node's, as in kernels before 6.19.
/// </summary>
public readonly struct NodeSharedPolicy(SharedPools pools) : IStackPolicy<NodeSharedPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "node-shared",
        "One cache for the CPUs of a memory node; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        Reach = StackReach.Node,
    };

    public static NodeSharedPolicy Create(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        return new NodeSharedPolicy(new SharedPools(machine.NodeOfCpu.AsSpan(), arguments["capacity"]));
    }

    public static void Fill(ref NodeSharedPolicy policy, StackLedger ledger, int cpu) => policy.Fill(ledger, cpu);

    public static long Empty(ref NodeSharedPolicy policy, int cpu, bool isOffline) => policy.Empty(cpu);

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
