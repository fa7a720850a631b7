using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Applies a cost model to the counts of a replay: the difference to pages, how reliable the costs are, and which parts are missing.
/// </summary>
internal static class CellCosts
{
    /// <summary>Adds these figures to a row that already has its counts.</summary>
    public static CellResult Add(CellResult cell, StackRules policy, ReplayContext context)
    {
        CostModel model = context.Costs;
        StackWork work = policy.Work;
        ImmutableArray<CostOperation> unpriced = [.. Paid(cell, work).Where(part => !model[part].IsKnown)];
        CostOperation[] unpricedLater = [.. PaidLater(cell, policy).Where(part => !IsKnownLater(model, part))];
        bool pricesPages = model[CostOperation.PageAllocation].IsKnown;
        return cell with
        {
            DifferenceToPagesNs = !pricesPages ? null
                : cell.Allocations == 0 ? 0 : cell.Latency.MeanNs - (context.PagesCostSumNs(work) / cell.Allocations),
            DifferenceToPagesBound = BoundOf(unpriced, work, cell.Hits),
            PurgeCostMeanNs = PurgesNs(cell, model),
            MeanCostIntervalNs = IntervalOf(cell, work, model),
            Unpriced = [.. unpriced.Select(CostOperations.Name)],
            CreateJoinUnpriced = [.. unpriced.Concat(unpricedLater).Distinct().Select(CostOperations.Name)],
            IsOtherEra = WorkOf(model.Kernels) is { } era && ((era ^ work) & Seen(cell)) != 0,
        };
    }

    // What kernels of that range do to stacks, according to the presets of the policies; null if it changes within the range.
    private static StackWork? WorkOf(KernelRange? kernels) =>
        kernels is null || WorkOf(kernels.From) != WorkOf(kernels.To) ? null : WorkOf(kernels.From);

    private static StackWork WorkOf(KernelRelease release) => release.IsAtLeast(4, 20)
        ? StackWork.Since420
        : release.IsAtLeast(4, 17) ? StackWork.ZeroOnHit | StackWork.ZeroOnMiss : StackWork.None;

    // Work that the replay's forks could meet. A policy that never hits does no work on hits.
    private static StackWork Seen(CellResult cell) =>
        StackWork.ZeroOnMiss | StackWork.ChargeMemcg | (cell.Hits > 0 ? StackWork.ZeroOnHit : StackWork.None);

    private static bool TakesPages(CellResult cell) => cell.Memory.AddressSpace is null;

    // Parts that the forks of a replay paid for.
    private static IEnumerable<CostOperation> Paid(CellResult cell, StackWork work)
    {
        if (cell.Hits > 0)
            yield return CostOperation.CacheHit;
        if (cell.Misses > 0 && TakesPages(cell))
            yield return CostOperation.PageAllocation;
        if (cell.Misses > 0 && !TakesPages(cell))
        {
            yield return CostOperation.Vmalloc;
            yield return CostOperation.VmallocArea;
            yield return CostOperation.MapPages;
        }

        if (Zeroings(cell, work) > 0)
            yield return CostOperation.Zeroing;
        if (cell.Allocations > 0 && work.HasFlag(StackWork.ChargeMemcg))
            yield return CostOperation.MemcgCharge;
    }

    // Parts that are paid after tasks are dead.
    private static IEnumerable<CostOperation> PaidLater(CellResult cell, StackRules policy)
    {
        StackWork work = policy.Work;
        long cached = cell.CachedAtRelease + cell.CachedByCallback;
        if (cached > 0)
            yield return CostOperation.CachedPut;
        if (cached > 0 && work.HasFlag(StackWork.ZeroOnRelease))
            yield return CostOperation.Zeroing;
        if (cell.QueuedForRcu > 0 && policy.Return != StackReturn.TaskFree)
            yield return CostOperation.RcuQueue;
        if (cell.Freed > 0)
            yield return TakesPages(cell) ? CostOperation.PageFree : CostOperation.Vfree;
        if (cached + cell.Freed + cell.QueuedForRcu > 0 && work.HasFlag(StackWork.ChargeMemcg))
            yield return CostOperation.MemcgUncharge;
        if (cell.Memory.AddressSpace is { Purges: > 0 })
            yield return CostOperation.Purge;
    }

    // A price that was measured as part of an allocation does not give the price of the same work at a release.
    private static bool IsKnownLater(CostModel model, CostOperation part) =>
        part == CostOperation.Zeroing ? model[part].Price is not null : model[part].IsKnown;

    private static long Zeroings(CellResult cell, StackWork work) =>
        (work.HasFlag(StackWork.ZeroOnHit) ? cell.Hits : 0) + (work.HasFlag(StackWork.ZeroOnMiss) ? cell.Misses : 0);

    // In a kernel of the same time, pages are cleared and charged at every fork if new stacks are.
    private static string BoundOf(ImmutableArray<CostOperation> unpriced, StackWork work, long hits)
    {
        if (unpriced.Any(part => part is not (CostOperation.Zeroing or CostOperation.MemcgCharge or CostOperation.PageAllocation)))
            return ">=";
        bool clearsAll = work.HasFlag(StackWork.ZeroOnHit) == work.HasFlag(StackWork.ZeroOnMiss) || hits == 0;
        if (clearsAll || !unpriced.Contains(CostOperation.Zeroing))
            return "";
        return work.HasFlag(StackWork.ZeroOnMiss) ? "<=" : ">=";
    }

    private static double? PurgesNs(CellResult cell, CostModel model) =>
        model[CostOperation.Purge].Price is { } price && cell.Memory.AddressSpace is { } space && cell.Allocations > 0
            ? space.Purges * price.MeanNs / cell.Allocations
            : null;

    // The interval is that of the price's median; it shifts the whole distribution. All prices move together: the widest case.
    private static CostInterval? IntervalOf(CellResult cell, StackWork work, CostModel model)
    {
        if (cell.Allocations == 0)
            return null;
        double meanNs = cell.Latency.MeanNs;
        double lowNs = meanNs, highNs = meanNs;
        bool isKnown = false;
        Widen(CostOperation.CacheHit, cell.Hits);
        Widen(TakesPages(cell) ? CostOperation.PageAllocation : CostOperation.Vmalloc, cell.Misses);
        Widen(CostOperation.Zeroing, Zeroings(cell, work));
        Widen(CostOperation.MemcgCharge, work.HasFlag(StackWork.ChargeMemcg) ? cell.Allocations : 0);
        return isKnown ? new CostInterval(Math.Max(0, lowNs), highNs) : null;

        void Widen(CostOperation operation, long times)
        {
            if (times == 0 || model[operation] is not { Price: { } price, IntervalNs: { } interval })
                return;
            double share = (double)times / cell.Allocations;
            lowNs += share * (interval.LowNs - price.QuantileNs(0.5));
            highNs += share * (interval.HighNs - price.QuantileNs(0.5));
            isKnown = true;
        }
    }
}
