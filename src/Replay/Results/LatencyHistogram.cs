using System.Numerics;

namespace ForkTrace.Replay.Results;

/// <summary>
/// Counts of durations in buckets whose width grows with the value. There are 128 buckets per octave, so the error of a percentile is below
/// 0.4 %. Two histograms are added bucket by bucket. (The layout is that of HdrHistogram: G. Tene, 2013.)
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int Octaves = 48 - SubBucketBits;
    private readonly long[] _counts = new long[SubBuckets * (Octaves + 1)];
    private double _sumNs;

    /// <summary>Number of buckets.</summary>
    internal const int BucketCount = SubBuckets * (Octaves + 1);

    public long Count { get; private set; }

    /// <summary>Exact sum, in ns.</summary>
    public double SumNs => _sumNs;

    /// <summary>Shortest duration recorded, in ns; <see cref="long.MaxValue"/> when empty.</summary>
    public long MinNs { get; private set; } = long.MaxValue;

    /// <summary>Longest duration recorded, in ns; 0 when empty.</summary>
    public long MaxNs { get; private set; }

    /// <summary>Exact mean, 0 when empty.</summary>
    public double MeanNs => Count == 0 ? 0 : _sumNs / Count;

    /// <summary>A histogram from counts by bucket, and the figures that buckets do not contain.</summary>
    internal static LatencyHistogram Of(ReadOnlySpan<long> counts, double sumNs, long minNs, long maxNs)
    {
        LatencyHistogram histogram = new() { MinNs = minNs, MaxNs = maxNs, _sumNs = sumNs };
        counts.CopyTo(histogram._counts);
        foreach (long count in counts)
            histogram.Count += count;
        return histogram;
    }

    /// <summary>The duration as <see cref="Record"/> stores it.</summary>
    internal static long Rounded(double valueNs) => valueNs > 0 ? (long)Math.Round(valueNs) : 0;

    /// <summary>Records a duration some times; a negative one counts as 0.</summary>
    public void Record(double valueNs, long times = 1)
    {
        long value = Rounded(valueNs);
        _counts[BucketOf(value)] += times;
        Count += times;
        _sumNs += valueNs > 0 ? times * valueNs : 0;
        if (value < MinNs)
            MinNs = value;
        if (value > MaxNs)
            MaxNs = value;
    }

    /// <summary>The duration that a share <paramref name="quantile"/> (0 to 1) of all durations does not exceed; 0 when empty.</summary>
    public double QuantileNs(double quantile)
    {
        if (Count == 0)
            return 0;
        long rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
                return Math.Clamp((LowOf(bucket) + HighOf(bucket)) / 2.0, MinNs, MaxNs);
        }

        return MaxNs;
    }

    /// <summary>Adds another histogram's counts.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        _sumNs += other._sumNs;
        MinNs = Math.Min(MinNs, other.MinNs);
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The buckets that are not empty: lowest and highest value in ns, and the count.</summary>
    public IEnumerable<(long LowNs, long HighNs, long Count)> Buckets()
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] > 0)
                yield return (LowOf(bucket), HighOf(bucket), _counts[bucket]);
        }
    }

    internal static int BucketOf(long value)
    {
        if (value < SubBuckets)
            return (int)value;
        int octave = BitOperations.Log2((ulong)value) - SubBucketBits;
        if (octave >= Octaves)
            return (SubBuckets * (Octaves + 1)) - 1;
        return (SubBuckets * (octave + 1)) + (int)(value >> octave) - SubBuckets;
    }

    private static long LowOf(int bucket)
    {
        int octave = (bucket / SubBuckets) - 1;
        return octave < 0 ? bucket : (long)((bucket % SubBuckets) + SubBuckets) << octave;
    }

    private static long HighOf(int bucket)
    {
        int octave = (bucket / SubBuckets) - 1;
        return octave < 0 ? bucket : LowOf(bucket) + (1L << octave) - 1;
    }
}
