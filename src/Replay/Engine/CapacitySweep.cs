namespace ForkTrace.Replay.Engine;

/// <summary>
/// Replays all capacities of a policy that only counts, in one pass (<see cref="CapacitySets"/>). Rows are identical to those of single
/// replays: each fork yields the lowest capacity that hits, and all figures of a row follow from these.
/// </summary>
internal sealed class CapacitySweep : ReplayTask
{
    private const long CapacityMax = 1024;

    private readonly bool _putsAtRelease;
    private readonly ImmutableArray<int> _capacities;
    private readonly int _capacityMax;
    private readonly CapacitySets _sets;
    private readonly CapacitySets _setsStartingFull;
    private readonly MissTally _misses;
    private readonly CapacityStocks _cached;
    private readonly SweptStranded _stranded;
    private readonly SweptVfrees? _vfrees;
    private readonly SweptSeries _series;
    private readonly SweptFigures _figures;
    private readonly SweptFigures? _full;
    private readonly SweptGroups? _groups;
    private readonly long[] _puts;
    private readonly long[] _emptied;
    private readonly bool _flushesOffline;
    private StockOverTime _live;
    private StockOverTime _waiting;
    private StackOperations? _stretch;
    private bool _isWarm;
    private long _startNs;
    private long _nowNs;
    private long _queued;

    /// <param name="cells">The cells, by number.</param>
    /// <param name="policy">Their policy.</param>
    /// <param name="capacities">The capacity of each cell.</param>
    /// <param name="context">The trace.</param>
    /// <param name="plan">The plan.</param>
    public CapacitySweep(int[] cells, PolicyEntry policy, ImmutableArray<int> capacities, ReplayContext context, ReplayPlan plan)
        : base(cells, policy, context)
    {
        _putsAtRelease = Policy.Return == StackReturn.FinalSwitch;
        _capacities = capacities;
        _capacityMax = capacities.Max();
        int cpus = context.Machine.Cpus;
        _sets = new CapacitySets(cpus, _capacityMax);
        _setsStartingFull = new CapacitySets(cpus, _capacityMax);
        _setsStartingFull.Fill();
        _misses = new MissTally(context.Machine, StackReach.Cpu);
        _cached = new CapacityStocks(_capacityMax);
        _stranded = new SweptStranded(cpus, _capacityMax, _sets);
        _vfrees = Policy.Work.HasFlag(StackWork.DeferredVfree) ? new SweptVfrees(_capacityMax, context.VfreeDelayNs) : null;
        _series = new SweptSeries(context, _capacityMax);
        _figures = new SweptFigures(context, Policy, _capacityMax);
        _full = plan.Conditions.Start == CacheStart.Both ? new SweptFigures(context, Policy, _capacityMax) : null;
        _groups = plan.Breakdown ? new SweptGroups(context, _capacityMax) : null;
        _puts = new long[_capacityMax + 2];
        _emptied = new long[_capacityMax + 1];
        _flushesOffline = Policy.FlushesOffline;
    }

    /// <summary>True if the selection's capacities can be replayed together under the plan.</summary>
    public static bool Takes(PolicySelection selection, ReplayPlan plan) =>
        TakesAll(selection.Policy.Descriptor, plan) && selection.Arguments["capacity"] <= CapacityMax;

    /// <summary>True if capacities of the policy can be replayed together under the plan.</summary>
    public static bool TakesAll(PolicyDescriptor policy, ReplayPlan plan)
    {
        bool isCounter = policy.OnlyCounts && policy.Reach == StackReach.Cpu && policy.Parameters is [{ Name: "capacity" }];
        return isCounter
            && !policy.SpansCpus
            && !plan.Reuse
            && plan.Conditions.Start != CacheStart.Full
            && plan.Conditions.Costs.Contention is null
            && !plan.Conditions.Costs.HasReleasePath
            && !policy.Work.HasFlag(StackWork.ZeroOnRelease);
    }

    public override CellStanding Standing(int cell, PolicySelection policy)
    {
        int capacity = _capacities[Array.IndexOf(Cells, cell)];
        int cached = _cached.Now(capacity);
        return new CellStanding(policy)
        {
            Allocations = _figures.Allocations,
            Hits = _figures.Hits(capacity),
            Causes = _figures.Causes(capacity),
            CachedStacks = cached,
            CachedBytes = (long)cached * Context.Machine.StackBytes,
            WaitingStacks = _waiting.Count,
        };
    }

    protected override void FillCells(CellResult[] results)
    {
        AdvanceTo(_stretch!.LastNs);
        _series.Close(_cached, _live.Count, _waiting.Count);
        _vfrees?.Settle(_nowNs);
        CapacityStocks stranded = _stranded.Close(_startNs);
        foreach (int cell in Cells)
            results[cell] = Row(results[cell], stranded, (int)results[cell].Parameters["capacity"]);
    }

    private CellResult Row(CellResult cell, CapacityStocks stranded, int capacity)
    {
        long kept = _puts.AsSpan(0, capacity + 1).Sum();
        long all = _puts.AsSpan().Sum();
        long emptied = _emptied.AsSpan(0, capacity + 1).Sum();
        LatencyHistogram latency = _figures.Latency(capacity);
        long hits = _figures.Hits(capacity);
        return cell with
        {
            Allocations = _figures.Allocations,
            Hits = hits,
            Misses = _figures.Allocations - hits,
            Causes = _figures.Causes(capacity),
            HitsStartingFull = _full?.Hits(capacity),
            MeanCostStartingFullNs = _full?.MeanNs(capacity),
            CachedAtRelease = _putsAtRelease ? kept : 0,
            CachedByCallback = _putsAtRelease ? 0 : kept,
            QueuedForRcu = _queued,
            Freed = all - kept + emptied,
            FreedOffline = emptied,
            Latency = latency,
            Memory = Memory(stranded, capacity, all - kept + emptied),
            WindowNs = Context.WindowNs,
            Series = _series.Of(capacity),
            ByCpu = _groups?.ByCpu(capacity) ?? [],
            ByComm = _groups?.ByComm(capacity) ?? [],
            ByCgroup = _groups?.ByCgroup(capacity) ?? [],
        };
    }

    private MemoryUse Memory(CapacityStocks stranded, int capacity, long freed)
    {
        StockOverTime live = _live;
        StockOverTime waiting = _waiting;
        return new MemoryUse(
            live.Close(_startNs, _nowNs, Context.Machine.StackBytes),
            _cached.Close(capacity, _startNs, _nowNs, Context.Machine.StackBytes),
            waiting.Close(_startNs, _nowNs, Context.Machine.StackBytes))
        {
            Stranded = stranded.Close(capacity, _startNs, _nowNs, Context.Machine.StackBytes),
            WaitingForVfree = _vfrees?.Close(capacity, _startNs, _nowNs, Context.Machine.StackBytes),
            AddressSpace = AddressSpaceUse.Of(freed, Context.Machine.AreaBytes, Context.Machine.Cpus),
        };
    }

    protected override void ReplayStretch()
    {
        StackOperations stretch = Context.Operations;
        bool isFirst = _stretch is null;
        _stretch = stretch;
        Adopt(stretch);
        if (isFirst)
            Restart(stretch.FirstNs);
        int warmupEnd = Context.WarmupEnd;
        Replay(stretch, 0, warmupEnd, counts: false);
        if (!_isWarm && Context.EndsWarmupIn(stretch))
        {
            _isWarm = true;
            Restart(Context.WarmupEndNs);
            Array.Clear(_puts);
            Array.Clear(_emptied);
            _queued = 0;
        }

        Replay(stretch, warmupEnd, stretch.Count, counts: true);
    }

    // Tasks that existed before the recording have had their stacks all the time.
    private void Adopt(StackOperations stretch)
    {
        long live = 0, waiting = 0;
        foreach (int task in stretch.Shown ?? Enumerable.Range(0, stretch.Tasks))
        {
            StackPlace place = StackState.PlaceAtStart(stretch.Beginnings[task], Policy.Return);
            live += place == StackPlace.Live ? 1 : 0;
            waiting += place == StackPlace.WaitingForRcu ? 1 : 0;
        }

        _live.AddEarlier(_startNs, live);
        _waiting.AddEarlier(_startNs, waiting);
        _series.AddEarlier(live, waiting);
    }

    private void Restart(long timeNs)
    {
        _startNs = timeNs;
        AdvanceTo(timeNs);
        _live.StartAt(timeNs);
        _waiting.StartAt(timeNs);
        _cached.StartAt(timeNs);
        _stranded.Restart();
        _vfrees?.StartAt(timeNs);
        _series.StartAt(timeNs);
    }

    private void AdvanceTo(long timeNs)
    {
        _nowNs = timeNs;
        if (timeNs >= _series.WindowEndNs)
            _series.CloseUntil(timeNs, _cached, _live.Count, _waiting.Count);
    }

    private void Replay(StackOperations stretch, int from, int to, bool counts)
    {
        ReadOnlySpan<long> timesNs = stretch.TimesNs;
        ReadOnlySpan<StackOperationKind> kinds = stretch.Kinds;
        ReadOnlySpan<ushort> cpus = stretch.Cpus;
        ReadOnlySpan<int> tasks = stretch.TaskIds;
        for (int index = from; index < to; index++)
        {
            AdvanceTo(timesNs[index]);
            switch (kinds[index])
            {
                case StackOperationKind.Allocate:
                    Allocate(cpus[index], tasks[index], counts);
                    break;
                case StackOperationKind.Release or StackOperationKind.FailedCharge:
                    _misses.AddDead(cpus[index], isForeign: false);
                    _live.Remove(_nowNs);
                    if (_putsAtRelease)
                        Put(cpus[index]);
                    else
                        Queue();
                    break;
                case StackOperationKind.TaskFree when !_putsAtRelease:
                    _waiting.Remove(_nowNs);
                    Put(cpus[index]);
                    break;
                case StackOperationKind.CpuOffline when _flushesOffline:
                    Empty(cpus[index], isOffline: true);
                    _setsStartingFull.Empty(cpus[index]);
                    break;
                case StackOperationKind.LostEvents:
                    Empty(cpus[index], isOffline: false);
                    _setsStartingFull.Fill(cpus[index]);
                    break;
            }
        }
    }

    private void Allocate(int cpu, int task, bool counts)
    {
        int depth = Math.Min(_sets.Take(cpu), _capacityMax + 1);
        AllocationOutcome cause = _misses.Take(cpu, hit: false);
        _cached.RemoveFrom(depth, _nowNs);
        _live.Add(_nowNs);
        _series.Count(depth);
        _stranded.Fork(cpu, _nowNs);
        int depthStartingFull = Math.Min(_setsStartingFull.Take(cpu), _capacityMax + 1);
        if (!counts)
            return;
        int number = _stretch!.NumberOf(task);
        _figures.Add(number, depth, cause);
        _full?.Add(number, depthStartingFull, cause);
        _groups?.Add(cpu, task, depth, cause);
    }

    private void Put(int cpu)
    {
        int depth = Math.Min(_sets.Put(cpu), _capacityMax + 1);
        _misses.AddInHands(cpu);
        _puts[depth]++;
        _cached.AddFrom(depth, _nowNs);
        _vfrees?.AddBelow(depth, _nowNs);
        _stranded.Put(cpu, depth, _nowNs);
        _setsStartingFull.Put(cpu);
    }

    // Capacity N loses as many stacks as the CPU's set has members up to N.
    private void Empty(int cpu, bool isOffline)
    {
        _stranded.Empty(cpu, _nowNs);
        for (int capacity = 1; capacity <= _capacityMax; capacity++)
        {
            if (!_sets.Contains(cpu, capacity))
                continue;
            _emptied[capacity] += isOffline ? 1 : 0;
            _cached.RemoveFrom(capacity, _nowNs);
        }

        _sets.Empty(cpu);
        if (isOffline)
            _misses.Empty(cpu);
        else
            _misses.Forget(cpu);
    }

    private void Queue()
    {
        _queued++;
        _waiting.Add(_nowNs);
    }
}
