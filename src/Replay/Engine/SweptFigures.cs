using System.Numerics;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Hits, causes and costs of all capacities of a sweep, from the least capacity that hits at each fork. A fork's price is one of two,
/// whatever the capacity; sums run in the order of forks, as a single replay's do, so that they are the same to the last bit.
/// </summary>
internal sealed class SweptFigures
{
    private const int Outcomes = (int)AllocationOutcome.Cold + 1;
    private readonly int _capacityMax;
    private readonly long[] _byDepth;
    private readonly long[] _causesByDepth;
    private readonly double[] _sumsNs;
    private readonly long[] _minHitNs;
    private readonly long[] _maxHitNs;
    private readonly long[] _minMissNs;
    private readonly long[] _maxMissNs;

    // Buckets of prices, forks of equal depth together.
    private readonly ushort[] _hitBuckets;
    private readonly ushort[] _missBuckets;
    private readonly int[] _firstOfDepth;

    private readonly long[] _counts = new long[LatencyHistogram.BucketCount];
    private int _countedUpTo = -1;

    public SweptFigures(
        ReplayContext context, PolicyDescriptor policy, ushort[] depths, AllocationOutcome[] causes, int capacityMax)
    {
        _capacityMax = capacityMax;
        int depthCount = capacityMax + 2;
        _byDepth = new long[depthCount];
        _causesByDepth = new long[depthCount * Outcomes];
        _sumsNs = new double[(capacityMax + Vector<double>.Count) / Vector<double>.Count * Vector<double>.Count];
        _minHitNs = Filled(depthCount, long.MaxValue);
        _minMissNs = Filled(depthCount, long.MaxValue);
        _maxHitNs = new long[depthCount];
        _maxMissNs = new long[depthCount];
        for (int task = 0; task < depths.Length; task++)
            Count(depths[task], causes[task]);
        _firstOfDepth = Starts(_byDepth);
        Allocations = _byDepth.AsSpan().Sum();
        _hitBuckets = new ushort[Allocations];
        _missBuckets = new ushort[Allocations];
        Price(context, policy, depths);
    }

    public long Allocations { get; }

    public long Hits(int capacity) => _byDepth.AsSpan(0, capacity + 1).Sum();

    /// <summary>Mean price of a fork.</summary>
    public double MeanNs(int capacity) => Allocations == 0 ? 0 : _sumsNs[capacity] / Allocations;

    public MissCauses Causes(int capacity)
    {
        Span<long> causes = stackalloc long[Outcomes];
        causes.Clear();
        for (int depth = capacity + 1; depth < _byDepth.Length; depth++)
        {
            for (int cause = 0; cause < Outcomes; cause++)
                causes[cause] += _causesByDepth[(depth * Outcomes) + cause];
        }

        return MissCauses.Of(causes);
    }

    /// <summary>What forks paid under a capacity. Quickest when asked for in rising order.</summary>
    public LatencyHistogram Latency(int capacity)
    {
        CountUpTo(capacity);
        long minNs = long.MaxValue;
        long maxNs = 0;
        for (int depth = 1; depth < _byDepth.Length; depth++)
        {
            minNs = Math.Min(minNs, depth <= capacity ? _minHitNs[depth] : _minMissNs[depth]);
            maxNs = Math.Max(maxNs, depth <= capacity ? _maxHitNs[depth] : _maxMissNs[depth]);
        }

        return LatencyHistogram.Of(_counts, _sumsNs[capacity], minNs, maxNs);
    }

    private static long[] Filled(int length, long value)
    {
        long[] values = new long[length];
        Array.Fill(values, value);
        return values;
    }

    private static int[] Starts(long[] byDepth)
    {
        int[] starts = new int[byDepth.Length + 1];
        for (int depth = 0; depth < byDepth.Length; depth++)
            starts[depth + 1] = starts[depth] + (int)byDepth[depth];
        return starts;
    }

    private void Count(int depth, AllocationOutcome cause)
    {
        if (depth == 0)
            return;
        _byDepth[depth]++;
        _causesByDepth[(depth * Outcomes) + (int)cause]++;
    }

    private void Price(ReplayContext context, PolicyDescriptor policy, ushort[] depths)
    {
        CostMeter meter = new(context.Costs, context.Seed, policy.Work);
        ReadOnlySpan<StackOperationKind> kinds = context.Operations.Kinds;
        ReadOnlySpan<int> tasks = context.Operations.TaskIds;
        int[] next = [.. _firstOfDepth];
        for (int index = context.WarmupEnd; index < kinds.Length; index++)
        {
            if (kinds[index] != StackOperationKind.Allocate)
                continue;
            int task = tasks[index];
            int depth = depths[task];
            double hitNs = meter.PriceNs(CostOperation.CacheHit, task);
            double missNs = meter.PriceNs(CostOperation.Vmalloc, task);
            AddToSums(depth, hitNs, missNs);
            Note(depth, next[depth]++, LatencyHistogram.Rounded(hitNs), LatencyHistogram.Rounded(missNs));
        }
    }

    private void Note(int depth, int position, long hitNs, long missNs)
    {
        _hitBuckets[position] = (ushort)LatencyHistogram.BucketOf(hitNs);
        _missBuckets[position] = (ushort)LatencyHistogram.BucketOf(missNs);
        _minHitNs[depth] = Math.Min(_minHitNs[depth], hitNs);
        _maxHitNs[depth] = Math.Max(_maxHitNs[depth], hitNs);
        _minMissNs[depth] = Math.Min(_minMissNs[depth], missNs);
        _maxMissNs[depth] = Math.Max(_maxMissNs[depth], missNs);
    }

    // Compiled in full from the first call, for its vectors. Capacities below the depth pay for a miss, the others for a hit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddToSums(int depth, double hitNs, double missNs)
    {
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(_sumsNs.AsSpan());
        Vector<double> hit = new(hitNs);
        Vector<double> miss = new(missNs);
        Vector<double> from = new(depth);
        Vector<double> capacity = Vector.CreateSequence(0.0, 1.0);
        Vector<double> step = new(Vector<double>.Count);
        for (int index = 0; index < sums.Length; index++)
        {
            sums[index] += Vector.ConditionalSelect(Vector.GreaterThanOrEqual(capacity, from), hit, miss);
            capacity += step;
        }
    }

    private void CountUpTo(int capacity)
    {
        if (_countedUpTo < 0 || capacity < _countedUpTo)
        {
            Array.Clear(_counts);
            foreach (ushort bucket in _missBuckets)
                _counts[bucket]++;
            _countedUpTo = 0;
        }

        for (int position = _firstOfDepth[_countedUpTo + 1]; position < _firstOfDepth[capacity + 1]; position++)
        {
            _counts[_missBuckets[position]]--;
            _counts[_hitBuckets[position]]++;
        }

        _countedUpTo = capacity;
    }
}
