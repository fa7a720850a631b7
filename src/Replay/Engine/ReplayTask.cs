namespace ForkTrace.Replay.Engine;

/// <summary>What one thread does at a time: one cell, or all capacities of a policy that only counts.</summary>
internal sealed class ReplayTask
{
    private readonly int[] _cells;
    private readonly ImmutableArray<PolicySelection> _policies;
    private readonly ReplayContext _context;
    private readonly ReplayPlan _plan;

    private ReplayTask(int[] cells, ImmutableArray<PolicySelection> policies, ReplayContext context, ReplayPlan plan)
    {
        _cells = cells;
        _policies = policies;
        _context = context;
        _plan = plan;
    }

    /// <summary>The work that a plan's cells are. Cells that the trace cannot answer for need none.</summary>
    /// <param name="cells">The cells, without figures.</param>
    /// <param name="policies">The policy of each cell.</param>
    /// <param name="context">The trace.</param>
    /// <param name="plan">The plan.</param>
    public static ImmutableArray<ReplayTask> Split(
        CellResult[] cells, ImmutableArray<PolicySelection> policies, ReplayContext context, ReplayPlan plan)
    {
        List<int[]> groups = [];
        Dictionary<string, List<int>> sweeps = new(StringComparer.Ordinal);
        for (int cell = 0; cell < cells.Length; cell++)
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
        return [.. groups.Select(group => new ReplayTask(group, policies, context, plan))];
    }

    /// <summary>How many cells it fills in.</summary>
    public int Cells => _cells.Length;

    /// <summary>Fills in the figures of its cells.</summary>
    /// <exception cref="PolicyException">A policy of a plug-in broke conservation, or threw.</exception>
    public void Run(CellResult[] results)
    {
        try
        {
            RunCells(results);
        }
        catch (Exception fault) when (_policies[_cells[0]].Policy.Origin.Length > 0)
        {
            throw new PolicyException($"policy {results[_cells[0]].Policy} failed: {fault.Message} (forktrace policy check says more)");
        }
    }

    private void RunCells(CellResult[] results)
    {
        PolicyDescriptor policy = _policies[_cells[0]].Policy.Descriptor;
        if (_cells.Length == 1)
            results[_cells[0]] = Replay(results[_cells[0]], _policies[_cells[0]]);
        else
            CapacitySweep.Replay(policy, results, _cells, _context, _plan);
        foreach (int cell in _cells)
            results[cell] = CellCosts.Add(results[cell], policy, _context);
    }

    private CellResult Replay(CellResult cell, PolicySelection selection)
    {
        CacheStart start = _plan.Conditions.Start;
        bool startsFull = start == CacheStart.Full;
        StackLedger ledger = PolicyReplay.Run(_context, selection, startsFull);
        MemoryUse memory = ledger.Close();
        Require(ledger, selection, cell.Trace);
        StackLedger? full = startsFull ? ledger : start == CacheStart.Both ? Full(selection, cell.Trace) : null;
        bool hasFull = full is not null && IsFilled(full, selection);
        return cell with
        {
            Allocations = ledger.Allocations,
            FailedForks = _context.Operations.FailedForks,
            CutAllocations = _context.Operations.CutAllocations,
            CutCaches = _context.Operations.CutCaches,
            Hits = ledger.Hits,
            Misses = ledger.Misses,
            Causes = ledger.Causes,
            HitsStartingFull = hasFull ? full!.Hits : null,
            MeanCostStartingFullNs = hasFull ? full!.Latency.MeanNs : null,
            Conditions = startsFull && hasFull ? cell.Conditions with { Start = CacheStart.Full } : cell.Conditions,
            CachedAtRelease = ledger.CachedAtRelease,
            CachedByCallback = ledger.CachedByCallback,
            QueuedForRcu = ledger.QueuedForRcu,
            Freed = ledger.Freed,
            FreedOffline = ledger.FreedOffline,
            Latency = ledger.Latency,
            ReleaseCost = ledger.ReleaseCost,
            Memory = memory,
            WindowNs = _context.WindowNs,
            Series = ledger.Series,
            ByCpu = _plan.Breakdown ? Breakdown.ByCpu(_context, ledger) : [],
            ByComm = _plan.Breakdown ? Breakdown.ByComm(_context, ledger) : [],
            ByCgroup = _plan.Breakdown ? Breakdown.ByCgroup(_context, ledger) : [],
            Reuse = ledger.ReuseOfCached,
        };
    }

    private StackLedger Full(PolicySelection selection, string trace)
    {
        StackLedger ledger = PolicyReplay.Run(_context, selection, startFull: true);
        ledger.Close();
        Require(ledger, selection, trace);
        return ledger;
    }

    // Caches without room are full when they are empty.
    private static bool IsFilled(StackLedger ledger, PolicySelection selection) =>
        ledger.Adopted > 0 || selection.Arguments.Values.GetValueOrDefault("capacity", 1) == 0;

    private static void Require(StackLedger ledger, PolicySelection selection, string trace)
    {
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"Policy {selection} lost or invented {ledger.Breaches} stacks on {trace}.");
    }
}
