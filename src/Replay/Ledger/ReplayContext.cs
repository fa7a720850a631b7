using System.Diagnostics.CodeAnalysis;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Ledger;

/// <summary>State that all cells of a run over one trace share. A long trace is replayed one stretch at a time.</summary>
public sealed class ReplayContext
{
    private const int DefaultWindows = 100;
    private readonly StructFrees _structFrees;
    private readonly PagesCosts _pagesCosts;
    private Lazy<StackOperations> _withStructFrees;

    /// <param name="operations">The trace, or its first stretch.</param>
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
        _structFrees = new StructFrees(operations, conditions.Seed, conditions.Lifecycle.Rcu);
        _pagesCosts = new PagesCosts(Costs, Seed);
        Take(operations);
    }

    /// <summary>The trace, or the stretch of it that is replayed.</summary>
    public StackOperations Operations { get; private set; }

    /// <summary>Goes on to the next stretch.</summary>
    [MemberNotNull(nameof(Operations), nameof(_withStructFrees))]
    internal void Take(StackOperations stretch)
    {
        Operations = stretch;
        WarmupEnd = WarmupEndOf(stretch);
        _withStructFrees = new(() => _structFrees.AddTo(stretch));
        _pagesCosts.Take(stretch, WarmupEnd);
    }

    /// <summary>The operations that a policy is replayed over. They include the second callbacks of task_structs only if the policy's
    /// stacks return by them.</summary>
    public StackOperations OperationsOf(StackRules policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Return == StackReturn.StructFree ? _withStructFrees.Value : Operations;
    }

    /// <summary>The stretch with those callbacks; null if no policy has asked for them.</summary>
    internal StackOperations? WithStructFrees => _withStructFrees.IsValueCreated ? _withStructFrees.Value : null;

    /// <summary>Index of the first of these operations that figures count.</summary>
    internal int WarmupEndOf(StackOperations operations) => HasWarmup ? IndexOf(operations, WarmupEndNs) : 0;

    /// <summary>True if the warm-up ends within these operations, or at their end if that is the trace's.</summary>
    internal bool EndsWarmupIn(StackOperations operations) =>
        HasWarmup && (operations.IsLast || WarmupEndOf(operations) < operations.Count);

    public MachineShape Machine { get; }

    public CostModel Costs { get; }

    public ulong Seed { get; }

    public long WindowNs { get; }

    /// <summary>Index of the first operation that figures count.</summary>
    public int WarmupEnd { get; private set; }

    /// <summary>True if figures leave out a warm-up.</summary>
    public bool HasWarmup { get; }

    /// <summary>Time from which figures count.</summary>
    public long WarmupEndNs { get; }

    /// <summary>What the trace says about its tasks; null if nobody asks for it.</summary>
    internal TaskTraits? Traits { get; set; }

    /// <summary>True if the ledger must track which stack is reused.</summary>
    internal bool FollowsReuse { get; init; }

    /// <summary>How long a workqueue needs for a vfree, ns.</summary>
    internal long VfreeDelayNs { get; }

    /// <summary>
    /// Cost in ns of all counted forks, if they had taken order-2 pages in a kernel that does this work on new stacks. Since 4.17,
    /// THREADINFO_GFP (include/linux/thread_info.h) contains __GFP_ZERO, and it also has __GFP_ACCOUNT; both apply to pages too. So a
    /// policy is compared with pages in a kernel of its own time. (Before 4.20, new stacks of both kinds were charged when they were
    /// allocated: this is included in the prices of page_allocation and vmalloc.)
    /// </summary>
    public double PagesCostSumNs(StackWork work) => _pagesCosts.SumNs(work);

    private static int IndexOf(StackOperations operations, long timeNs)
    {
        int index = operations.TimesNs.BinarySearch(timeNs);
        index = index < 0 ? ~index : index;
        while (index > 0 && operations.TimesNs[index - 1] == timeNs)
            index--;
        return index;
    }
}
