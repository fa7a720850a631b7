using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// Prices the operations of a replay. The random draws of a fork depend only on the seed and its task, so all policies are compared with
/// the same luck.
/// </summary>
internal sealed class CostMeter
{
    private readonly CostModel _model;
    private readonly ulong _seed;
    private readonly bool _zeroesHits;
    private readonly bool _zeroesMisses;
    private readonly bool _charges;
    private readonly bool _zeroesPuts;
    private readonly bool _hasRelease;
    private readonly bool _uncharges;
    private readonly bool _queuesStack;
    private readonly MissesUnderWay? _underWay;

    /// <param name="model">The prices.</param>
    /// <param name="seed">Drives the draws.</param>
    /// <param name="work">Additional work on stacks.</param>
    /// <param name="queuesStack">
    /// True if a stack that waits for RCU has its own call_rcu. The call_rcu of the task_struct happens whatever the policy does with the
    /// stack.
    /// </param>
    public CostMeter(CostModel model, ulong seed, StackWork work, bool queuesStack = true)
    {
        _model = model;
        _seed = seed;
        bool hasZeroing = model.Prices(CostOperation.Zeroing);
        _zeroesHits = hasZeroing && work.HasFlag(StackWork.ZeroOnHit);
        _zeroesMisses = hasZeroing && work.HasFlag(StackWork.ZeroOnMiss);
        _zeroesPuts = hasZeroing && work.HasFlag(StackWork.ZeroOnRelease);
        _charges = model.Prices(CostOperation.MemcgCharge) && work.HasFlag(StackWork.ChargeMemcg);
        _hasRelease = model.HasReleasePath || _zeroesPuts;
        _queuesStack = queuesStack;
        _uncharges = model.Prices(CostOperation.MemcgUncharge) && work.HasFlag(StackWork.ChargeMemcg);
        _underWay = model.Contention is null ? null : new MissesUnderWay();
    }

    /// <summary>Cost of each fork.</summary>
    public LatencyHistogram Allocation { get; private set; } = new();

    /// <summary>Cost of each step of giving a stack back; empty if the model has no price for it.</summary>
    public LatencyHistogram Release { get; private set; } = new();

    /// <summary>Forgets all costs so far.</summary>
    public void Restart()
    {
        Allocation = new LatencyHistogram();
        Release = new LatencyHistogram();
    }

    /// <summary>Prices a fork that gets its stack by that operation.</summary>
    public void Allocate(CostOperation operation, int task, long nowNs)
    {
        double costNs = _model.SampleNs(operation, Randomness.Uniform(_seed, (ulong)task));
        if (_underWay is not null && operation == CostOperation.Vmalloc)
            costNs = Contended(costNs, nowNs);
        if (_zeroesHits | _zeroesMisses | _charges)
            costNs += ExtraNs(operation, task);
        Allocation.Record(costNs);
    }

    /// <summary>Prices putting, freeing or queueing a dead task's stack. The first time, the stack is also uncharged from its memory
    /// cgroup.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GiveBack(CostOperation operation, int task, bool isFirst)
    {
        if (_hasRelease)
            RecordRelease(operation, task, isFirst);
    }

    /// <summary>Cost of a fork that gets its stack by that operation, without contention from other CPUs.</summary>
    public double PriceNs(CostOperation operation, int task)
    {
        double costNs = _model.SampleNs(operation, Randomness.Uniform(_seed, (ulong)task));
        return _zeroesHits | _zeroesMisses | _charges ? costNs + ExtraNs(operation, task) : costNs;
    }

    // The cost of a fork beyond the operation itself.
    private double ExtraNs(CostOperation operation, int task)
    {
        double extraNs = 0;
        if (operation == CostOperation.CacheHit ? _zeroesHits : _zeroesMisses)
            extraNs += Draw(CostOperation.Zeroing, task);
        if (_charges)
            extraNs += Draw(CostOperation.MemcgCharge, task);
        return extraNs;
    }

    private void RecordRelease(CostOperation operation, int task, bool isFirst)
    {
        if (_uncharges && isFirst)
            Release.Record(Draw(CostOperation.MemcgUncharge, task));
        if (operation == CostOperation.RcuQueue && !_queuesStack)
            return;
        double costNs = Draw(operation, task);
        if (_zeroesPuts && operation == CostOperation.CachedPut)
            costNs += Draw(CostOperation.Zeroing, task);
        Release.Record(costNs);
    }

    private double Draw(CostOperation operation, int task) =>
        _model.SampleNs(operation, Randomness.Uniform(_seed ^ ((ulong)operation << 56), (ulong)task));

    private double Contended(double costNs, long nowNs)
    {
        double contendedNs = costNs * _model.Contention!.Factor(_underWay!.CountAt(nowNs));
        _underWay.Add(nowNs + contendedNs);
        return contendedNs;
    }
}

/// <summary>The misses that are still under way, to count them at any time. A binary heap of end times.</summary>
internal sealed class MissesUnderWay
{
    private readonly PriorityQueue<byte, double> _ends = new(256);

    /// <summary>How many misses begun earlier are still under way.</summary>
    public int CountAt(double timeNs)
    {
        while (_ends.TryPeek(out _, out double endNs) && endNs <= timeNs)
            _ends.Dequeue();
        return _ends.Count;
    }

    public void Add(double endNs) => _ends.Enqueue(0, endNs);
}
