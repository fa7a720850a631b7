using System.Numerics;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Hits, causes and costs of all capacities of a sweep, from the lowest capacity that hits at each fork. Each fork has only two prices, one
/// for a hit and one for a miss, at any capacity. Sums are computed in the order of forks, as in a single replay, so they are equal to the
/// last bit.
/// </summary>
internal sealed class SweptFigures
{
    private const int Outcomes = (int)AllocationOutcome.Cold + 1;
    private readonly CostMeter _meter;
    private readonly long[] _byDepth;
    private readonly long[] _causesByDepth;
    private readonly double[] _sumsNs;
    private readonly PricesOfDepth?[] _prices;
    private readonly long[] _counts = new long[LatencyHistogram.BucketCount];
    private int _countedUpTo = -1;

    public SweptFigures(ReplayContext context, PolicyDescriptor policy, int capacityMax)
    {
        _meter = new CostMeter(context.Costs, context.Seed, policy.Work);
        int depthCount = capacityMax + 2;
        _byDepth = new long[depthCount];
        _causesByDepth = new long[depthCount * Outcomes];
        _sumsNs = new double[(capacityMax + Vector<double>.Count) / Vector<double>.Count * Vector<double>.Count];
        _prices = new PricesOfDepth?[depthCount];
    }

    /// <summary>Forks.</summary>
    public long Allocations { get; private set; }

    /// <summary>Adds a fork.</summary>
    /// <param name="number">The number that identifies the task in random draws.</param>
    /// <param name="depth">The lowest capacity that hits; a value above the highest if none does.</param>
    /// <param name="cause">Why smaller capacities miss.</param>
    public void Add(int number, int depth, AllocationOutcome cause)
    {
        Allocations++;
        _byDepth[depth]++;
        _causesByDepth[(depth * Outcomes) + (int)cause]++;
        double hitNs = _meter.PriceNs(CostOperation.CacheHit, number);
        double missNs = _meter.PriceNs(CostOperation.Vmalloc, number);
        AddToSums(depth, hitNs, missNs);
        (_prices[depth] ??= new PricesOfDepth()).Add(LatencyHistogram.Rounded(hitNs), LatencyHistogram.Rounded(missNs));
    }

    public long Hits(int capacity) => _byDepth.AsSpan(0, capacity + 1).Sum();

    /// <summary>Mean price of a fork, ns.</summary>
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

    /// <summary>Costs of forks under a capacity, after all are added. Fastest if called with rising capacities.</summary>
    public LatencyHistogram Latency(int capacity)
    {
        CountUpTo(capacity);
        long minNs = long.MaxValue;
        long maxNs = 0;
        for (int depth = 1; depth < _prices.Length; depth++)
        {
            if (_prices[depth] is not { } prices)
                continue;
            minNs = Math.Min(minNs, depth <= capacity ? prices.MinHitNs : prices.MinMissNs);
            maxNs = Math.Max(maxNs, depth <= capacity ? prices.MaxHitNs : prices.MaxMissNs);
        }

        return LatencyHistogram.Of(_counts, _sumsNs[capacity], minNs, maxNs);
    }

    // Fully optimised from the first call, because of its vectors. Capacities below the depth pay for a miss, the others for a hit.
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
            foreach (PricesOfDepth? prices in _prices)
                prices?.AddMisses(_counts);
            _countedUpTo = 0;
        }

        for (int depth = _countedUpTo + 1; depth <= capacity; depth++)
            _prices[depth]?.TurnToHits(_counts);
        _countedUpTo = capacity;
    }

    /// <summary>Costs of the forks of one depth, by bucket: for hits and for misses.</summary>
    private sealed class PricesOfDepth
    {
        private readonly long[] _hits = new long[LatencyHistogram.BucketCount];
        private readonly long[] _misses = new long[LatencyHistogram.BucketCount];

        public long MinHitNs { get; private set; } = long.MaxValue;
        public long MaxHitNs { get; private set; }
        public long MinMissNs { get; private set; } = long.MaxValue;
        public long MaxMissNs { get; private set; }

        public void Add(long hitNs, long missNs)
        {
            _hits[LatencyHistogram.BucketOf(hitNs)]++;
            _misses[LatencyHistogram.BucketOf(missNs)]++;
            MinHitNs = Math.Min(MinHitNs, hitNs);
            MaxHitNs = Math.Max(MaxHitNs, hitNs);
            MinMissNs = Math.Min(MinMissNs, missNs);
            MaxMissNs = Math.Max(MaxMissNs, missNs);
        }

        public void AddMisses(long[] counts)
        {
            for (int bucket = 0; bucket < counts.Length; bucket++)
                counts[bucket] += _misses[bucket];
        }

        public void TurnToHits(long[] counts)
        {
            for (int bucket = 0; bucket < counts.Length; bucket++)
                counts[bucket] += _hits[bucket] - _misses[bucket];
        }
    }
}
