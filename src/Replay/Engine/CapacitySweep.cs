using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// All capacities of a policy that only counts, in one pass (<see cref="CapacitySets"/>). Rows are those of single replays, bit for bit:
/// each fork leaves the least capacity that hits, and everything that a row says follows from these.
/// </summary>
internal sealed class CapacitySweep
{
    private const long CapacityMax = 1024;

    private readonly ReplayContext _context;
    private readonly StackOperations _operations;
    private readonly bool _putsAtRelease;
    private readonly int _capacityMax;
    private readonly CapacitySets _sets;
    private readonly MissTally _misses;
    private readonly int[] _forksLeft;
    private readonly CapacityStocks _cached;
    private readonly CapacityStocks _stranded;
    private readonly SweptVfrees? _vfrees;
    private readonly SweptSeries _series;
    private readonly long[] _puts;
    private readonly long[] _emptied;
    private readonly bool _flushesOffline;
    private readonly ushort[] _depths;
    private readonly AllocationOutcome[] _causes;
    private StockOverTime _live;
    private StockOverTime _waiting;
    private long _startNs;
    private long _nowNs;
    private long _queued;

    private CapacitySweep(ReplayContext context, PolicyDescriptor policy, int capacityMax)
    {
        _context = context;
        _operations = context.Operations;
        _putsAtRelease = policy.Return == StackReturn.FinalSwitch;
        _capacityMax = capacityMax;
        int cpus = context.Machine.Cpus;
        _sets = new CapacitySets(cpus, capacityMax);
        _misses = new MissTally(context.Machine, StackReach.Cpu);
        _forksLeft = [.. context.ForksOfCpu];
        _cached = new CapacityStocks(capacityMax);
        _stranded = new CapacityStocks(capacityMax);
        _vfrees = policy.Work.HasFlag(StackWork.DeferredVfree) ? new SweptVfrees(capacityMax, context.VfreeDelayNs) : null;
        _series = new SweptSeries(context, capacityMax);
        _puts = new long[capacityMax + 2];
        _emptied = new long[capacityMax + 1];
        _flushesOffline = policy.FlushesOffline;
        _depths = new ushort[_operations.Tasks];
        _causes = new AllocationOutcome[_operations.Tasks];
        foreach (TaskBeginning beginning in _operations.Beginnings)
        {
            StackPlace place = StackState.PlaceAtStart(beginning, policy.Return);
            if (place == StackPlace.Live)
                _live.Add(_operations.FirstNs);
            else if (place == StackPlace.WaitingForRcu)
                _waiting.Add(_operations.FirstNs);
        }
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

    /// <summary>Fills in the figures of these cells, all of one policy.</summary>
    public static void Replay(PolicyDescriptor policy, CellResult[] results, int[] cells, ReplayContext context, ReplayPlan plan)
    {
        int capacityMax = (int)cells.Max(cell => results[cell].Parameters["capacity"]);
        CapacitySweep sweep = new(context, policy, capacityMax);
        sweep.Replay();
        SweptFigures? full = plan.Conditions.Start == CacheStart.Both ? new(context, policy, sweep.DepthsStartingFull(), sweep._causes, capacityMax) : null;
        SweptFigures figures = new(context, policy, sweep._depths, sweep._causes, capacityMax);
        SweptGroups? groups = plan.Breakdown ? new SweptGroups(context, sweep._depths, sweep._causes, capacityMax) : null;
        foreach (int cell in cells)
        {
            int capacity = (int)results[cell].Parameters["capacity"];
            results[cell] = sweep.Row(results[cell], figures, capacity) with
            {
                HitsStartingFull = full?.Hits(capacity),
                MeanCostStartingFullNs = full?.MeanNs(capacity),
                ByCpu = groups?.ByCpu(capacity) ?? [],
                ByComm = groups?.ByComm(capacity) ?? [],
                ByCgroup = groups?.ByCgroup(capacity) ?? [],
            };
        }
    }

    private CellResult Row(CellResult cell, SweptFigures figures, int capacity)
    {
        long kept = _puts.AsSpan(0, capacity + 1).Sum();
        long all = _puts.AsSpan().Sum();
        long emptied = _emptied.AsSpan(0, capacity + 1).Sum();
        LatencyHistogram latency = figures.Latency(capacity);
        long hits = figures.Hits(capacity);
        return cell with
        {
            Allocations = figures.Allocations,
            FailedForks = _operations.FailedForks,
            CutAllocations = _operations.CutAllocations,
            CutCaches = _operations.CutCaches,
            Hits = hits,
            Misses = figures.Allocations - hits,
            Causes = figures.Causes(capacity),
            CachedAtRelease = _putsAtRelease ? kept : 0,
            CachedByCallback = _putsAtRelease ? 0 : kept,
            QueuedForRcu = _queued,
            Freed = all - kept + emptied,
            FreedOffline = emptied,
            Latency = latency,
            Memory = Memory(capacity, all - kept + emptied),
            WindowNs = _context.WindowNs,
            Series = _series.Of(capacity),
        };
    }

    private MemoryUse Memory(int capacity, long freed)
    {
        StockOverTime live = _live;
        StockOverTime waiting = _waiting;
        return new MemoryUse(
            live.Close(_startNs, _nowNs, _context.Machine.StackBytes),
            _cached.Close(capacity, _startNs, _nowNs, _context.Machine.StackBytes),
            waiting.Close(_startNs, _nowNs, _context.Machine.StackBytes))
        {
            Stranded = _stranded.Close(capacity, _startNs, _nowNs, _context.Machine.StackBytes),
            WaitingForVfree = _vfrees?.Close(capacity, _startNs, _nowNs, _context.Machine.StackBytes),
            AddressSpace = AddressSpaceUse.Of(freed, _context.Machine.AreaBytes, _context.Machine.Cpus),
        };
    }

    private void Replay()
    {
        Restart(_operations.FirstNs);
        Replay(0, _context.WarmupEnd);
        if (_context.HasWarmup)
        {
            Restart(_context.WarmupEndNs);
            Array.Clear(_puts);
            Array.Clear(_emptied);
            Array.Clear(_depths);
            _queued = 0;
        }

        Replay(_context.WarmupEnd, _operations.Count);
        AdvanceTo(_operations.LastNs);
        _series.Close(_cached, _live.Count, _waiting.Count);
        _vfrees?.Settle(_nowNs);
    }

    private void Restart(long timeNs)
    {
        _startNs = timeNs;
        AdvanceTo(timeNs);
        _live.StartAt(timeNs);
        _waiting.StartAt(timeNs);
        _cached.StartAt(timeNs);
        _stranded.StartAt(timeNs);
        _vfrees?.StartAt(timeNs);
        _series.StartAt(timeNs);
    }

    private void AdvanceTo(long timeNs)
    {
        _nowNs = timeNs;
        if (timeNs >= _series.WindowEndNs)
            _series.CloseUntil(timeNs, _cached, _live.Count, _waiting.Count);
    }

    private void Replay(int from, int to)
    {
        ReadOnlySpan<long> timesNs = _operations.TimesNs;
        ReadOnlySpan<StackOperationKind> kinds = _operations.Kinds;
        ReadOnlySpan<ushort> cpus = _operations.Cpus;
        ReadOnlySpan<int> tasks = _operations.TaskIds;
        for (int index = from; index < to; index++)
        {
            AdvanceTo(timesNs[index]);
            switch (kinds[index])
            {
                case StackOperationKind.Allocate:
                    Allocate(cpus[index], tasks[index]);
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
                    break;
                case StackOperationKind.LostEvents:
                    Empty(cpus[index], isOffline: false);
                    break;
            }
        }
    }

    private void Allocate(int cpu, int task)
    {
        int depth = Math.Min(_sets.Take(cpu), _capacityMax + 1);
        _depths[task] = (ushort)depth;
        _causes[task] = _misses.Take(cpu, hit: false);
        _cached.RemoveFrom(depth, _nowNs);
        _live.Add(_nowNs);
        _series.Count(depth);
        if (--_forksLeft[cpu] == 0)
            Strand(cpu);
    }

    private void Put(int cpu)
    {
        int depth = Math.Min(_sets.Put(cpu), _capacityMax + 1);
        _misses.AddInHands(cpu);
        _puts[depth]++;
        _cached.AddFrom(depth, _nowNs);
        _vfrees?.AddBelow(depth, _nowNs);
        if (_forksLeft[cpu] == 0)
            _stranded.AddFrom(depth, _nowNs);
    }

    // Capacity N loses as many stacks as the CPU's set has members up to N.
    private void Empty(int cpu, bool isOffline)
    {
        for (int capacity = 1; capacity <= _capacityMax; capacity++)
        {
            if (!_sets.Contains(cpu, capacity))
                continue;
            _emptied[capacity] += isOffline ? 1 : 0;
            _cached.RemoveFrom(capacity, _nowNs);
            if (_forksLeft[cpu] == 0)
                _stranded.RemoveFrom(capacity, _nowNs);
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

    private void Strand(int cpu)
    {
        for (int capacity = 1; capacity <= _capacityMax; capacity++)
        {
            if (_sets.Contains(cpu, capacity))
                _stranded.AddFrom(capacity, _nowNs);
        }
    }

    private ushort[] DepthsStartingFull()
    {
        CapacitySets sets = new(_context.Machine.Cpus, _capacityMax);
        sets.Fill();
        ushort[] depths = new ushort[_operations.Tasks];
        StackOperationKind put = _putsAtRelease ? StackOperationKind.Release : StackOperationKind.TaskFree;
        for (int index = 0; index < _operations.Count; index++)
        {
            StackOperationKind kind = _operations.Kinds[index];
            int cpu = _operations.Cpus[index];
            if (kind == put || (kind == StackOperationKind.FailedCharge && _putsAtRelease))
                sets.Put(cpu);
            else if (kind == StackOperationKind.CpuOffline && _flushesOffline)
                sets.Empty(cpu);
            else if (kind == StackOperationKind.LostEvents)
                sets.Fill(cpu);
            else if (kind == StackOperationKind.Allocate)
                SetDepth(depths, index, sets.Take(cpu));
        }

        return depths;
    }

    // Forks of the warm-up count for nothing.
    private void SetDepth(ushort[] depths, int index, int depth)
    {
        if (index >= _context.WarmupEnd)
            depths[_operations.TaskIds[index]] = (ushort)Math.Min(depth, _capacityMax + 1);
    }
}
