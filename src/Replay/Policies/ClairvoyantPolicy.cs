using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// A bound that knows the future: the most hits that any caches of one CPU each can have when all together never hold more than a budget.
/// <see cref="OfflineOptimum"/> has the argument. Early free; stacks stay on the CPU where they became free.
/// </summary>
public readonly struct ClairvoyantPolicy(OfflineOptimum optimum) : IStackPolicy<ClairvoyantPolicy>
{
    public static PolicyDescriptor Descriptor { get; } = new(
        "clairvoyant",
        "Upper bound for per-CPU caches of a memory budget: knows which stack will be wanted soonest.",
        "M. C. Carlisle and E. L. Lloyd, On the k-coloring of intervals, 1995; after L. A. Belady, 1966",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [new PolicyParameter("capacity", "stacks for each CPU; the budget is their sum, to be spent on any", "stacks", 2, 0, 65536)])
    {
        Group = PolicyGroup.Bound,
        Work = StackWork.Since420,
    };

    public static ClairvoyantPolicy Create(PolicyArguments arguments, MachineShape machine) =>
        throw new NotSupportedException("The clairvoyant policy needs the operations: CreateKnowing.");

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
