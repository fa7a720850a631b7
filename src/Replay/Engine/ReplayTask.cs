using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// The work of one thread at a time: one cell, or all capacities of a policy that only counts. It replays stretch by stretch, and gives its
/// results at the end.
/// </summary>
internal abstract class ReplayTask
{
    private readonly string _foreign;

    /// <param name="cells">The cells, by number.</param>
    /// <param name="policy">Their policy.</param>
    /// <param name="context">The trace.</param>
    protected ReplayTask(int[] cells, PolicyEntry policy, ReplayContext context)
    {
        Context = context;
        Cells = cells;
        Policy = policy.Descriptor;
        _foreign = policy.Origin.Length > 0 ? policy.Descriptor.Name : "";
    }

    /// <summary>The cells whose figures it computes.</summary>
    public int[] Cells { get; }

    protected PolicyDescriptor Policy { get; }

    protected ReplayContext Context { get; }

    /// <summary>Divides the cells of a plan into tasks. Cells that the trace cannot answer for need none.</summary>
    /// <param name="cells">The cells, without figures.</param>
    /// <param name="policies">The policy of each cell.</param>
    /// <param name="context">The trace.</param>
    /// <param name="plan">The plan.</param>
    public static ImmutableArray<ReplayTask> Split(
        IReadOnlyList<CellResult> cells, ImmutableArray<PolicySelection> policies, ReplayContext context, ReplayPlan plan)
    {
        List<int[]> groups = [];
        Dictionary<string, List<int>> sweeps = new(StringComparer.Ordinal);
        for (int cell = 0; cell < cells.Count; cell++)
        {
            if (cells[cell].Unmet is not null)
                continue;
            if (!CapacitySweep.Takes(policies[cell], plan))
                groups.Add([cell]);
            else if (sweeps.TryGetValue(cells[cell].Policy, out List<int>? others))
                others.Add(cell);
            else
                sweeps[cells[cell].Policy] = [cell];
        }

        groups.AddRange(sweeps.Values.SelectMany(sweep => sweep.Count > 1 ? [sweep.ToArray()] : sweep.Select(cell => new[] { cell })));
        return
        [
            .. groups.Select(group => group.Length == 1
                ? (ReplayTask)new CellReplay(group[0], policies[group[0]], context, plan)
                : new CapacitySweep(group, policies[group[0]].Policy, [.. group.Select(cell => (int)cells[cell].Parameters["capacity"])], context, plan)),
        ];
    }

    /// <summary>Replays the context's stretch.</summary>
    /// <exception cref="PolicyException">A policy of a plug-in threw.</exception>
    public void Replay() => Guard(() =>
    {
        // After the first request, the sum is continued over the following stretches.
        if (Context.Costs[CostOperation.PageAllocation].IsKnown)
            Context.PagesCostSumNs(Policy.Work);
        ReplayStretch();
    });

    /// <summary>Fills in the figures of its cells, after all stretches have been replayed.</summary>
    /// <param name="results">The cells, without figures, and with the trace's sums.</param>
    /// <param name="sums">Sums over the stretches.</param>
    /// <exception cref="PolicyException">A policy of a plug-in broke conservation, or threw.</exception>
    public void Fill(CellResult[] results, TraceSums sums) => Guard(() =>
    {
        FillCells(results);
        foreach (int cell in Cells)
        {
            results[cell] = CellCosts.Add(results[cell], Policy, Context) with
            {
                FailedForks = sums.FailedForks,
                CutAllocations = sums.CutAllocations,
                CutCaches = sums.Evidence.Total(StackOperationKind.LostEvents),
            };
        }
    });

    /// <summary>The current books of one of its cells.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="policy">Its policy.</param>
    public abstract CellStanding Standing(int cell, PolicySelection policy);

    protected abstract void ReplayStretch();

    protected abstract void FillCells(CellResult[] results);

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (_foreign.Length > 0)
        {
            throw new PolicyException($"policy {_foreign} failed: {fault.Message} (run forktrace policy check for details)");
        }
    }
}
