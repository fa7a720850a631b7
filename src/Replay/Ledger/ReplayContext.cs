using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Ledger;

/// <summary>What all cells of a run over one trace share. Immutable.</summary>
public sealed class ReplayContext
{
    private const int DefaultWindows = 100;
    private readonly Lazy<StackOperations> _withStructFrees;
    private const StackWork PagesWork = StackWork.ZeroOnMiss | StackWork.ChargeMemcg;
    private readonly ImmutableArray<Lazy<double>> _pagesCostSumsNs;

    /// <param name="operations">The trace.</param>
    /// <param name="machine">The machine it was recorded on.</param>
    /// <param name="conditions">Prices, seed, windows, warm-up and delays.</param>
    public ReplayContext(StackOperations operations, MachineShape machine, ReplayConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(conditions);
        Operations = operations;
        Machine = machine;
        Costs = conditions.Costs;
        Seed = conditions.Seed;
        VfreeDelayNs = conditions.VfreeDelayNs;
        long warmupNs = conditions.WarmupNs;
        WindowNs = conditions.WindowNs > 0 ? conditions.WindowNs : Math.Max(1, (operations.LastNs - operations.FirstNs) / DefaultWindows);
        HasWarmup = warmupNs > 0;
        WarmupEndNs = operations.FirstNs + Math.Clamp(warmupNs, 0, Math.Max(0, operations.LastNs - operations.FirstNs));
        WarmupEnd = WarmupEndOf(operations);
        _withStructFrees = new(() => StructFrees.AddTo(operations, conditions.Seed, conditions.Lifecycle.Rcu));
        ForksOfCpu = CountForks(operations, machine);
        _pagesCostSumsNs = [.. Enumerable.Range(0, (int)PagesWork + 1).Select(work => new Lazy<double>(() => SumOfPages((StackWork)work)))];
    }

    public StackOperations Operations { get; }

    /// <summary>What a policy is replayed over: with the second callbacks of task_structs only if stacks return by them.</summary>
    public StackOperations OperationsOf(StackRules policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Return == StackReturn.StructFree ? _withStructFrees.Value : Operations;
    }

    /// <summary>Index of the first of these operations that figures count.</summary>
    internal int WarmupEndOf(StackOperations operations) => HasWarmup ? IndexOf(operations, WarmupEndNs) : 0;

    public MachineShape Machine { get; }

    public CostModel Costs { get; }

    public ulong Seed { get; }

    public long WindowNs { get; }

    /// <summary>Index of the first operation that figures count.</summary>
    public int WarmupEnd { get; }

    /// <summary>True if figures leave out a beginning.</summary>
    public bool HasWarmup { get; }

    /// <summary>Time from which figures count.</summary>
    public long WarmupEndNs { get; }

    /// <summary>What the trace says of its tasks; null where nobody asks.</summary>
    internal TaskTraits? Traits { get; init; }

    /// <summary>True if the ledger is to follow which stack is reused.</summary>
    internal bool FollowsReuse { get; init; }

    /// <summary>How long a workqueue needs for a vfree, ns.</summary>
    internal long VfreeDelayNs { get; }

    /// <summary>
    /// What all forks that figures count would have paid, in ns, for order-2 pages that a kernel treats as this work treats new stacks:
    /// THREADINFO_GFP (include/linux/thread_info.h) has __GFP_ZERO since 4.17 for pages too, and __GFP_ACCOUNT. So a policy is compared
    /// with pages in a kernel of its own time. (Before 4.20 new stacks of either sort were charged as they were allocated: inside of the
    /// prices of page_allocation and vmalloc.)
    /// </summary>
    public double PagesCostSumNs(StackWork work) => _pagesCostSumsNs[(int)(work & PagesWork)].Value;

    /// <summary>Forks on each CPU.</summary>
    public ImmutableArray<int> ForksOfCpu { get; }

    private static int IndexOf(StackOperations operations, long timeNs)
    {
        int index = operations.TimesNs.BinarySearch(timeNs);
        index = index < 0 ? ~index : index;
        while (index > 0 && operations.TimesNs[index - 1] == timeNs)
            index--;
        return index;
    }

    private double SumOfPages(StackWork work)
    {
        CostMeter meter = new(Costs, Seed, work);
        ReadOnlySpan<StackOperationKind> kinds = Operations.Kinds;
        ReadOnlySpan<int> tasks = Operations.TaskIds;
        double sumNs = 0;
        for (int index = WarmupEnd; index < kinds.Length; index++)
        {
            if (kinds[index] == StackOperationKind.Allocate)
                sumNs += meter.PriceNs(CostOperation.PageAllocation, tasks[index]);
        }

        return sumNs;
    }

    private static ImmutableArray<int> CountForks(StackOperations operations, MachineShape machine)
    {
        int[] forks = new int[machine.Cpus];
        for (int index = 0; index < operations.Count; index++)
            forks[operations.Cpus[index]] += operations.Kinds[index] == StackOperationKind.Allocate ? 1 : 0;
        return [.. forks];
    }
}
