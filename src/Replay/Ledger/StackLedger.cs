using System.Diagnostics.CodeAnalysis;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// The engine's books on one replay: who has which stack, hits and misses, costs, memory over time. Policies act only through the ledger,
/// and the ledger counts, so no policy can report what it did not do. Every illegal move counts as a breach of conservation.
/// </summary>
public sealed class StackLedger
{
    private readonly StackReturn _return;
    private StackOperations _operations;
    private StackState[] _stacks = [];
    private readonly MissTally _misses;
    private readonly StrandedTally? _stranded;
    private readonly VfreeQueue? _vfrees;
    private readonly ReuseTally? _reuse;
    private readonly CostMeter _costs;
    private readonly StackReach _reach;
    private readonly long _bytesOfStack;
    private readonly long _areaBytes;
    private readonly long[] _byOutcome = new long[(int)AllocationOutcome.Cold + 1];
    private LedgerSeries _series;
    private long _startNs;
    private StockOverTime _live;
    private StockOverTime _cached;
    private StockOverTime _waiting;
    private long _nowNs;
    private int _cpu;
    private long _timerNs = long.MaxValue;
    private long _made;
    private long _gone;
    private bool _hasPages;
    private bool _isInTimer;

    // Tasks that have left the stretches, and still have stacks.
    private long _leftLive;
    private long _leftWaiting;

    public StackLedger(ReplayContext context, StackRules policy, long? bytesOfStack = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(policy);
        StackOperations operations = context.Operations;
        _return = policy.Return;
        _misses = new MissTally(context.Machine, policy.Reach);
        _stranded = policy.MovesCached ? null : new StrandedTally(_misses, context.Machine.Cpus);
        _vfrees = policy.Work.HasFlag(StackWork.DeferredVfree) ? new VfreeQueue(context.VfreeDelayNs) : null;
        if (context is { FollowsReuse: true, Traits: { } traits } && !policy.MovesCached)
            _reuse = new ReuseTally(context.Machine, operations.Tasks, traits);
        _costs = new CostMeter(context.Costs, context.Seed, policy.Work, queuesStack: policy.Return != StackReturn.TaskFree);
        FlushesOffline = policy.FlushesOffline;
        FreesUncharged = policy.FreesUncharged;
        SpansCpus = policy.SpansCpus;
        _reach = policy.Reach;
        Cpus = context.Machine.Cpus;
        _bytesOfStack = bytesOfStack ?? context.Machine.StackBytes;
        _areaBytes = context.Machine.AreaBytes;
        _startNs = _nowNs = operations.FirstNs;
        _series = new LedgerSeries(context.WindowNs);
        StartFigures();
        Take(operations);
    }

    public long Hits => _byOutcome[(int)AllocationOutcome.Hit];

    /// <summary>Allocations that had to map a new stack or take pages.</summary>
    public long Misses => Causes.Total;

    public long Allocations => Hits + Misses;

    /// <summary>The misses by cause.</summary>
    public MissCauses Causes => MissCauses.Of(_byOutcome);

    /// <summary>How the task's fork got its stack; None if it forked before the recording or in the warm-up.</summary>
    public AllocationOutcome OutcomeOf(int task) => _stacks[task].Outcome;

    /// <summary>Stacks put into a cache when their task died.</summary>
    public long CachedAtRelease { get; private set; }

    /// <summary>Stacks put into a cache by an RCU callback.</summary>
    public long CachedByCallback { get; private set; }

    /// <summary>Stacks that had to wait for an RCU callback.</summary>
    public long QueuedForRcu { get; private set; }

    /// <summary>Stacks given back to the system.</summary>
    public long Freed { get; private set; }

    /// <summary>Of <see cref="Freed"/>: cached stacks whose CPU went offline.</summary>
    public long FreedOffline { get; private set; }

    /// <summary>Impossible moves of stacks; 0 in every correct replay.</summary>
    public long Breaches { get; private set; }

    /// <summary>Stacks that were in use before the recording began.</summary>
    public long StacksAtStart { get; private set; }

    public LatencyHistogram Latency => _costs.Allocation;

    /// <summary>Cost of giving stacks back, per step; empty if the cost model has no price for it.</summary>
    public LatencyHistogram ReleaseCost => _costs.Release;

    /// <summary>Hits and stocks by window of time.</summary>
    public IReadOnlyList<SeriesPoint> Series => _series.Points;

    /// <summary>True if the task got a cached stack.</summary>
    public bool WasHit(int task) => _stacks[task].Outcome == AllocationOutcome.Hit;

    /// <summary>When the loop must call <see cref="AdvanceTo"/>: the end of a window, or a timer.</summary>
    internal long AlarmNs { get; private set; }

    /// <summary>Time of the current operation or timer, ns.</summary>
    public long NowNs => _nowNs;

    /// <summary>Reuse of cached stacks; null if it is not tracked.</summary>
    public StackReuse? ReuseOfCached => _reuse?.Close();

    /// <summary>Stacks that were in caches before the recording.</summary>
    public long Adopted { get; private set; }

    /// <summary>Stacks that work items mapped into caches before any fork asked for them. No fork waits for these.</summary>
    public long MappedAhead { get; private set; }

    /// <summary>Cached stacks that lost events removed from the books, since it is unknown whether they were still there.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Same as <see cref="StrandedTally.Strays"/>; 0 if the policy moves stacks between caches.</summary>
    internal long Strays => _stranded?.Strays ?? 0;

    /// <summary>Cached stacks that an operation on one CPU dropped from the cache of another.</summary>
    internal long DroppedElsewhere { get; private set; }

    /// <summary>True if caches count as full where their contents are unknown; else they count as empty.</summary>
    internal bool StartsFull { get; init; }

    internal bool FlushesOffline { get; }

    internal bool FreesUncharged { get; }

    internal bool SpansCpus { get; }

    internal int Cpus { get; }

    internal long TimerNs => _timerNs;

    internal long CachedNow => _cached.Count;

    internal long WaitingNow => _waiting.Count;

    internal long BytesOfStack => _bytesOfStack;

    /// <summary>True if the task's stack is queued for a callback.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWaitingForRcu(int task) => _stacks[task].Place == StackPlace.WaitingForRcu;

    /// <summary>The CPU that forked the task; -1 if that was before the recording.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ForkCpu(int task) => _stacks[task].ForkCpu;

    /// <summary>Records a hit: the task gets a cached stack.</summary>
    public void Reuse(int task)
    {
        _series.CountHit();
        _cached.Remove(_nowNs);
        if (_cached.Count < 0)
            Breaches++;
        TakeNew(task, CostOperation.CacheHit);
    }

    /// <summary>The CPU whose memory node a kernel thread's stack was requested for; -1 for any node (tsk_fork_get_node).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int HintCpu(int task) => _operations.Hints is { } hints && task < hints.Length ? hints[task] - 1 : -1;

    /// <summary>Records a miss: a stack is vmalloc'ed for the task. Foreign if no stack of this CPU fits its memory node.</summary>
    public void MapNew(int task, bool isForeign = false)
    {
        _made++;
        TakeNew(task, CostOperation.Vmalloc, isForeign);
    }

    /// <summary>The task gets an order-2 block of pages.</summary>
    public void AllocatePages(int task)
    {
        _made++;
        _hasPages = true;
        TakeNew(task, CostOperation.PageAllocation);
    }

    /// <summary>The stack goes into a cache.</summary>
    public void Cache(int task)
    {
        bool hasWaited = _stacks[task].Place == StackPlace.WaitingForRcu;
        if (hasWaited)
            CachedByCallback++;
        else
            CachedAtRelease++;
        int domain = GiveUp(task, isForeign: false);
        _cached.Add(_nowNs);
        _stranded?.Put(domain, _nowNs);
        _reuse?.Put(domain, task, _nowNs);
        _costs.GiveBack(CostOperation.CachedPut, _operations.NumberOf(task), !hasWaited);
    }

    /// <summary>
    /// The stack waits for an RCU callback. Foreign if it was refused for its memory node. A callback of the stack's own costs a call_rcu.
    /// The callback of the task_struct (delayed_put_task_struct) is queued whatever the policy does with the stack.
    /// </summary>
    public void QueueForRcu(int task, bool isForeign = false)
    {
        if (_stacks[task].Place != StackPlace.Live)
            Breaches++;
        _stacks[task].Place = StackPlace.WaitingForRcu;
        QueuedForRcu++;
        _misses.AddDead(DomainOf(task), isForeign);
        _live.Remove(_nowNs);
        _waiting.Add(_nowNs);
        _reuse?.End(_cpu, task, _nowNs);
        _costs.GiveBack(CostOperation.RcuQueue, _operations.NumberOf(task), isFirst: true);
    }

    /// <summary>The stack goes back to the system. Foreign if a cache refused it for its memory node.</summary>
    public void Free(int task, bool isForeign = false)
    {
        bool hasWaited = _stacks[task].Place == StackPlace.WaitingForRcu;
        GiveUp(task, isForeign);
        Freed++;
        _gone++;
        _vfrees?.Add(_nowNs);
        _costs.GiveBack(_hasPages ? CostOperation.PageFree : CostOperation.Vfree, _operations.NumberOf(task), !hasWaited);
    }

    /// <summary>Cached stacks of that CPU go back to the system; those of its group if the cache is shared.</summary>
    public void FreeCached(int cpu, long count)
    {
        TakeOut(cpu, count);
        Freed += count;
        if (!_isInTimer && _misses.DomainOf(cpu) != _misses.DomainOf(_cpu))
            DroppedElsewhere += count;
    }

    /// <summary>Adds stacks to that CPU's cache although the recording does not show how they came there.</summary>
    public void AdoptCached(int cpu, int count)
    {
        Adopted += count;
        AddCached(cpu, count);
    }

    /// <summary>A work item maps new stacks into that CPU's cache. The cost model does not price them, since no fork pays for them.</summary>
    public void MapAhead(int cpu, int count)
    {
        MappedAhead += count;
        AddCached(cpu, count);
    }

    /// <summary>
    /// Sets the policy's timer to a time, or to now if that time is past. Only one timer is pending: a later call replaces it. Timers run
    /// before operations of the same time.
    /// </summary>
    public void WakeAt(long timeNs)
    {
        _timerNs = Math.Max(timeNs, _nowNs + 1);
        AlarmNs = Math.Min(_series.EndNs, _timerNs);
    }

    /// <summary>
    /// Moves to a stretch of the trace. A task that appears first in this stretch and existed before the recording has had its stack all
    /// the time.
    /// </summary>
    [MemberNotNull(nameof(_operations))]
    internal void Take(StackOperations stretch)
    {
        _operations = stretch;
        if (stretch.Tasks > _stacks.Length)
            Array.Resize(ref _stacks, stretch.Tasks);
        long live = 0, waiting = 0;
        if (stretch.Shown is { } shown)
        {
            foreach (int task in shown)
                Adopt(task, ref live, ref waiting);
        }
        else
        {
            for (int task = 0; task < stretch.Tasks; task++)
                Adopt(task, ref live, ref waiting);
        }

        _live.AddEarlier(_startNs, live);
        _waiting.AddEarlier(_startNs, waiting);
        _series.AddEarlier(live, waiting);
        StacksAtStart += live + waiting;
        _made += live + waiting;
    }

    /// <summary>Moves to the next operation: sets its time, which must be before the next alarm, and its CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MoveTo(long timeNs, int cpu)
    {
        _nowNs = timeNs;
        _cpu = cpu;
    }

    /// <summary>Moves the clock and closes windows that have ended. Times must not decrease.</summary>
    internal void AdvanceTo(long timeNs)
    {
        _nowNs = timeNs;
        _isInTimer = false;
        if (timeNs >= _series.EndNs)
            _series.CloseUntil(timeNs, _live.Count, _cached.Count, _waiting.Count);
        AlarmNs = Math.Min(_series.EndNs, _timerNs);
    }

    /// <summary>Forgets all figures so far; stacks stay where they are. Windows and means start here.</summary>
    internal void EndWarmup(long nowNs)
    {
        AdvanceTo(nowNs);
        Array.Clear(_byOutcome);
        _stranded?.Restart();
        foreach (ref StackState stack in _stacks.AsSpan())
            stack.Outcome = AllocationOutcome.None;
        CachedAtRelease = CachedByCallback = QueuedForRcu = Freed = FreedOffline = MappedAhead = 0;
        _costs.Restart();
        _reuse?.Restart();
        _startNs = nowNs;
        StartFigures();
    }

    /// <summary>Closes the books: closes the last window, and checks that every stack is accounted for.</summary>
    public MemoryUse Close()
    {
        _series.Close(_live.Count, _cached.Count, _waiting.Count);
        long live = _leftLive + _stacks.LongCount(stack => stack.Place == StackPlace.Live);
        long waiting = _leftWaiting + _stacks.LongCount(stack => stack.Place == StackPlace.WaitingForRcu);
        if (live != _live.Count || waiting != _waiting.Count || _made != live + waiting + _cached.Count + _gone)
            Breaches++;
        return new MemoryUse(Close(ref _live), Close(ref _cached), Close(ref _waiting))
        {
            Stranded = _stranded?.Close(_startNs, _nowNs, _bytesOfStack),
            WaitingForVfree = _vfrees?.Close(_startNs, _nowNs, _bytesOfStack),
            AddressSpace = _hasPages ? null : AddressSpaceUse.Of(Freed, _areaBytes, Cpus),
        };
    }

    /// <summary>Same as <see cref="FreeCached"/>, because the CPU went offline: its cache is empty now, whatever its limit.</summary>
    internal void FreeOffline(int cpu, long count)
    {
        FreeCached(cpu, count);
        FreedOffline += count;
        _misses.Empty(_misses.DomainOf(cpu));
    }

    /// <summary>Removes cached stacks of that CPU from the books because events were lost. They count neither as freed nor as
    /// cached.</summary>
    internal void Forget(int cpu, long count)
    {
        TakeOut(cpu, count);
        Forgotten += count;
        _misses.Forget(_misses.DomainOf(cpu));
    }

    internal long TakeTimer()
    {
        long dueNs = _timerNs;
        _timerNs = long.MaxValue;
        AdvanceTo(dueNs);
        _isInTimer = true;
        return dueNs;
    }

    private void AddCached(int cpu, int count)
    {
        _made += count;
        _cached.Change(_nowNs, count);
        int domain = _misses.DomainOf(cpu);
        _misses.Adopt(domain, count);
        _stranded?.Adopt(cpu, count, _nowNs);
        _reuse?.Adopt(domain, count);
    }

    private void TakeOut(int cpu, long count)
    {
        if (count < 0 || count > _cached.Count)
            Breaches++;
        _cached.Change(_nowNs, -count);
        _stranded?.Drop(cpu, count, _nowNs);
        _reuse?.Drop(_misses.DomainOf(cpu), count);
        _gone += count;
    }

    private StockUse Close(ref StockOverTime stock) => stock.Close(_startNs, _nowNs, _bytesOfStack);

    private void StartFigures()
    {
        _series.StartAt(_startNs);
        AlarmNs = Math.Min(_series.EndNs, _timerNs);
        _live.StartAt(_startNs);
        _cached.StartAt(_startNs);
        _waiting.StartAt(_startNs);
        _vfrees?.StartAt(_startNs);
    }

    // From now on, the slot belongs to another task.
    private void Adopt(int task, ref long live, ref long waiting)
    {
        ref StackState stack = ref _stacks[task];
        _leftLive += stack.Place == StackPlace.Live ? 1 : 0;
        _leftWaiting += stack.Place == StackPlace.WaitingForRcu ? 1 : 0;
        stack = new StackState { Place = StackState.PlaceAtStart(_operations.Beginnings[task], _return) };
        live += stack.Place == StackPlace.Live ? 1 : 0;
        waiting += stack.Place == StackPlace.WaitingForRcu ? 1 : 0;
    }

    private void TakeNew(int task, CostOperation operation, bool isForeign = false)
    {
        ref StackState stack = ref _stacks[task];
        if (stack.Place != StackPlace.None)
            Breaches++;
        bool hit = operation == CostOperation.CacheHit;
        int domain = _misses.DomainOf(_cpu);
        AllocationOutcome outcome = isForeign ? _misses.TakeForeign(domain) : _misses.Take(domain, hit);
        stack.Place = StackPlace.Live;
        stack.ForkCpu = _cpu;
        stack.Outcome = outcome;
        _byOutcome[(int)outcome]++;
        _live.Add(_nowNs);
        _series.CountAllocation();
        _stranded?.Take(domain, hit, _nowNs);
        if (hit)
            _reuse?.Take(domain, task, _nowNs);
        else
            _reuse?.Map(_cpu, task, _nowNs);
        _costs.Allocate(operation, _operations.NumberOf(task), _nowNs);
    }

    // Returns the group of CPUs whose forks the stack can serve from now on.
    private int GiveUp(int task, bool isForeign)
    {
        int domain = DomainOf(task);
        switch (_stacks[task].Place)
        {
            case StackPlace.Live:
                _misses.AddDead(domain, isForeign);
                _live.Remove(_nowNs);
                _reuse?.End(_cpu, task, _nowNs);
                break;
            case StackPlace.WaitingForRcu:
                _waiting.Remove(_nowNs);
                break;
            default:
                Breaches++;
                break;
        }

        if (!isForeign)
            _misses.AddInHands(domain);
        _stacks[task].Place = StackPlace.GivenUp;
        return domain;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int DomainOf(int task)
    {
        int cpu = _reach == StackReach.ForkingCpu && _stacks[task].ForkCpu >= 0 ? _stacks[task].ForkCpu : _cpu;
        return _misses.DomainOf(cpu);
    }
}
