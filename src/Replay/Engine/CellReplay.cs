namespace ForkTrace.Replay.Engine;

/// <summary>Replays one cell by itself: from empty caches, from full ones, or from both.</summary>
internal sealed class CellReplay(int cell, PolicySelection selection, ReplayContext context, ReplayPlan plan)
    : ReplayTask([cell], selection.Policy, context)
{
    private readonly CacheStart _start = plan.Conditions.Start;
    private readonly Breakdown? _breakdown = plan.Breakdown ? new(context) : null;
    private PolicyReplay? _replay;
    private PolicyReplay? _full;

    protected override void ReplayStretch()
    {
        _replay ??= new PolicyReplay(Context, selection, startFull: _start == CacheStart.Full);
        _replay.Replay();
        if (_start == CacheStart.Both)
        {
            _full ??= new PolicyReplay(Context, selection, startFull: true);
            _full.Replay();
        }

        _breakdown?.Add(_replay.Ledger);
    }

    public override CellStanding Standing(int cell, PolicySelection policy) => _replay is not { Ledger: { } ledger }
        ? new CellStanding(policy)
        : new CellStanding(policy)
        {
            Allocations = ledger.Allocations,
            Hits = ledger.Hits,
            Causes = ledger.Causes,
            CachedStacks = ledger.CachedNow,
            CachedBytes = ledger.CachedNow * ledger.BytesOfStack,
            WaitingStacks = ledger.WaitingNow,
        };

    protected override void FillCells(CellResult[] results)
    {
        CellResult row = results[cell];
        bool startsFull = _start == CacheStart.Full;
        StackLedger ledger = _replay!.Ledger;
        MemoryUse memory = ledger.Close();
        Require(ledger, row.Trace);
        StackLedger? full = startsFull ? ledger : _full?.Ledger;
        if (_full is not null)
        {
            full!.Close();
            Require(full, row.Trace);
        }

        bool hasFull = full is not null && IsFilled(full);
        results[cell] = row with
        {
            Allocations = ledger.Allocations,
            Hits = ledger.Hits,
            Misses = ledger.Misses,
            Causes = ledger.Causes,
            HitsStartingFull = hasFull ? full!.Hits : null,
            MeanCostStartingFullNs = hasFull ? full!.Latency.MeanNs : null,
            Conditions = startsFull && hasFull ? row.Conditions with { Start = CacheStart.Full } : row.Conditions,
            CachedAtRelease = ledger.CachedAtRelease,
            CachedByCallback = ledger.CachedByCallback,
            QueuedForRcu = ledger.QueuedForRcu,
            Freed = ledger.Freed,
            FreedOffline = ledger.FreedOffline,
            Latency = ledger.Latency,
            ReleaseCost = ledger.ReleaseCost,
            Memory = memory,
            WindowNs = Context.WindowNs,
            Series = ledger.Series,
            ByCpu = _breakdown?.ByCpu() ?? [],
            ByComm = _breakdown?.ByComm() ?? [],
            ByCgroup = _breakdown?.ByCgroup() ?? [],
            Reuse = ledger.ReuseOfCached,
        };
    }

    // Caches with capacity 0 are full when they are empty.
    private bool IsFilled(StackLedger ledger) => ledger.Adopted > 0 || selection.Arguments.Values.GetValueOrDefault("capacity", 1) == 0;

    private void Require(StackLedger ledger, string trace)
    {
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"Policy {selection} lost or invented {ledger.Breaches} stacks on {trace}.");
    }
}
