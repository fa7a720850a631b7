using System.Runtime.CompilerServices;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// The engine's books on one replay: who has which stack, hits and misses, costs, memory over time. Policies act only through it,
/// and it counts, so that no policy can report what it did not do. Every illegal move is counted as a breach of conservation.
/// </summary>
public sealed class StackLedger
{
    /// <summary>THREAD_SIZE of x86-64 and arm64 (4 pages of 4 KiB).</summary>
    public const int StackBytes = 16384;

    private readonly StackPlace[] _places;
    private readonly bool[] _wasHit;
    private readonly CostModel _costs;
    private readonly ulong _seed;
    private readonly long _windowNs;
    private readonly List<SeriesPoint> _series = [];
    private readonly long _startNs;
    private StockOverTime _live;
    private StockOverTime _cached;
    private StockOverTime _waiting;
    private long _nowNs;
    private long _windowEndNs;
    private long _windowAllocations;
    private long _windowHits;

    public StackLedger(StackOperations operations, PolicyDescriptor policy, CostModel costs, ulong seed, long windowNs)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(policy);
        _places = new StackPlace[operations.Tasks];
        _wasHit = new bool[operations.Tasks];
        _costs = costs;
        _seed = seed;
        _startNs = _nowNs = operations.FirstNs;
        _windowNs = Math.Max(1, windowNs);
        _windowEndNs = _nowNs + _windowNs;
        for (int task = 0; task < _places.Length; task++)
            Adopt(task, operations.Beginnings[task], policy.Return);
        _live.StartAt(_nowNs);
        _cached.StartAt(_nowNs);
        _waiting.StartAt(_nowNs);
        StacksAtStart = _live.Count + _waiting.Count;
    }

    public long Hits { get; private set; }

    /// <summary>Allocations that had to map a new stack or take pages.</summary>
    public long Misses { get; private set; }

    public long Allocations => Hits + Misses;

    /// <summary>Stacks put into a cache when their task died.</summary>
    public long CachedAtRelease { get; private set; }

    /// <summary>Stacks put into a cache by an RCU callback.</summary>
    public long CachedByCallback { get; private set; }

    /// <summary>Stacks that had to wait for an RCU callback.</summary>
    public long QueuedForRcu { get; private set; }

    /// <summary>Stacks given back to the system.</summary>
    public long Freed { get; private set; }

    /// <summary>Moves that no stack can make; zero in every correct replay.</summary>
    public long Breaches { get; private set; }

    /// <summary>Stacks that were in use before the recording began.</summary>
    public long StacksAtStart { get; }

    public LatencyHistogram Latency { get; } = new();

    /// <summary>Sum over allocations of what order-2 pages would have cost in the same forks.</summary>
    public double PagesCostSumNs { get; private set; }

    /// <summary>Hits and stocks by window of time.</summary>
    public IReadOnlyList<SeriesPoint> Series => _series;

    /// <summary>True if the task got a cached stack.</summary>
    public bool WasHit(int task) => _wasHit[task];

    /// <summary>True if the task's stack is queued for a callback.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWaitingForRcu(int task) => _places[task] == StackPlace.WaitingForRcu;

    /// <summary>A hit: the task gets a cached stack.</summary>
    public void Reuse(int task)
    {
        Hits++;
        _windowHits++;
        _wasHit[task] = true;
        _cached.Remove(_nowNs);
        if (_cached.Count < 0)
            Breaches++;
        TakeNew(task, CostOperation.CacheHit);
    }

    /// <summary>A miss: a stack is vmalloc'ed for the task.</summary>
    public void MapNew(int task)
    {
        Misses++;
        TakeNew(task, CostOperation.Vmalloc);
    }

    /// <summary>The task gets an order-2 block of pages.</summary>
    public void AllocatePages(int task)
    {
        Misses++;
        TakeNew(task, CostOperation.PageAllocation);
    }

    /// <summary>The stack goes into a cache.</summary>
    public void Cache(int task)
    {
        if (_places[task] == StackPlace.WaitingForRcu)
            CachedByCallback++;
        else
            CachedAtRelease++;
        GiveUp(task);
        _cached.Add(_nowNs);
    }

    /// <summary>The stack waits for an RCU callback: its own, or with the task_struct.</summary>
    public void QueueForRcu(int task)
    {
        if (_places[task] != StackPlace.Live)
            Breaches++;
        _places[task] = StackPlace.WaitingForRcu;
        QueuedForRcu++;
        _live.Remove(_nowNs);
        _waiting.Add(_nowNs);
    }

    /// <summary>The stack goes back to the system.</summary>
    public void Free(int task)
    {
        GiveUp(task);
        Freed++;
    }

    /// <summary>Moves the clock. Times must not fall.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AdvanceTo(long timeNs)
    {
        _nowNs = timeNs;
        if (timeNs >= _windowEndNs)
            CloseWindows();
    }

    /// <summary>Closes the books: the last window, and the check that every stack is somewhere.</summary>
    public MemoryUse Close()
    {
        if (_windowAllocations > 0 || _series.Count == 0)
            AddSeriesPoint(_windowEndNs - _windowNs);
        long live = 0, waiting = 0;
        foreach (StackPlace place in _places)
        {
            live += place == StackPlace.Live ? 1 : 0;
            waiting += place == StackPlace.WaitingForRcu ? 1 : 0;
        }

        long made = StacksAtStart + Misses;
        long found = live + waiting + _cached.Count + Freed;
        if (live != _live.Count || waiting != _waiting.Count || made != found)
            Breaches++;
        return new MemoryUse(_live.Close(_startNs, _nowNs), _cached.Close(_startNs, _nowNs), _waiting.Close(_startNs, _nowNs));
    }

    private void Adopt(int task, TaskBeginning beginning, StackReturn stackReturn)
    {
        if (beginning == TaskBeginning.Existed)
        {
            _places[task] = StackPlace.Live;
            _live.Add(_nowNs);
        }
        else if (beginning == TaskBeginning.WasDead && stackReturn == StackReturn.TaskFree)
        {
            _places[task] = StackPlace.WaitingForRcu;
            _waiting.Add(_nowNs);
        }
    }

    private void TakeNew(int task, CostOperation operation)
    {
        if (_places[task] != StackPlace.None)
            Breaches++;
        _places[task] = StackPlace.Live;
        _live.Add(_nowNs);
        _windowAllocations++;
        double uniform = Randomness.Uniform(_seed, (ulong)task);
        Latency.Record(_costs.SampleNs(operation, uniform));
        PagesCostSumNs += _costs.SampleNs(CostOperation.PageAllocation, uniform);
    }

    private void GiveUp(int task)
    {
        switch (_places[task])
        {
            case StackPlace.Live:
                _live.Remove(_nowNs);
                break;
            case StackPlace.WaitingForRcu:
                _waiting.Remove(_nowNs);
                break;
            default:
                Breaches++;
                break;
        }

        _places[task] = StackPlace.GivenUp;
    }

    private void CloseWindows()
    {
        while (_nowNs >= _windowEndNs)
        {
            AddSeriesPoint(_windowEndNs - _windowNs);
            _windowEndNs += _windowNs;
        }
    }

    private void AddSeriesPoint(long startNs)
    {
        _series.Add(new SeriesPoint(startNs - _startNs, _windowAllocations, _windowHits, _live.Count, _cached.Count, _waiting.Count));
        _windowAllocations = 0;
        _windowHits = 0;
    }
}
