using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// A bound that knows the future: the most hits that per-CPU caches can have if together they never exceed a budget of stacks. <see
/// cref="OfflineOptimum"/> explains why. Stacks are freed at the final switch, and stay on the CPU where they became free.
/// </summary>
public readonly struct ClairvoyantPolicy(OfflineOptimum optimum) : IStackPolicy<ClairvoyantPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "clairvoyant",
        "Upper bound for per-CPU caches with a memory budget: it knows which stack will be needed soonest.",
        "M. C. Carlisle and E. L. Lloyd, On the k-coloring of intervals, 1995; after L. A. Belady, 1966",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [new PolicyParameter("capacity", "stacks per CPU; their sum is the budget, which may be spent on any CPU", "stacks", 2, 0, 65536)])
    {
        Group = PolicyGroup.Bound,
        Work = StackWork.Since420,
    };

    public static ClairvoyantPolicy Create(PolicyArguments arguments, MachineShape machine) =>
        throw new NotSupportedException("The clairvoyant policy needs the operations: call CreateKnowing.");

    public static ClairvoyantPolicy CreateKnowing(PolicyArguments arguments, MachineShape machine, StackOperations future)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        return new ClairvoyantPolicy(OfflineOptimum.Of(future, arguments["capacity"] * machine.Cpus));
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        if (optimum.IsHit(task))
            ledger.Reuse(task);
        else
            ledger.MapNew(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (optimum.IsKept(task))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }
}
