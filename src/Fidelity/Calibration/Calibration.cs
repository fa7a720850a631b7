namespace ForkTrace.Fidelity.Calibration;

/// <summary>The result of a calibration.</summary>
/// <param name="Kind">The kind of forks that the difference was measured on.</param>
/// <param name="Difference">How much slower the median miss is than the median hit.</param>
/// <param name="Recordings">All measurements, including those that were not used.</param>
public sealed record Calibration(ForkKind Kind, MedianDifference Difference, ImmutableArray<ForkDurations> Recordings)
{
    /// <summary>True if this kind in this recording was used for the difference.</summary>
    public bool Uses(KindDurations durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        return durations.Kind == Kind && durations.IsEnough;
    }
}

/// <summary>The durations of one kind of forks.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Hits">Forks whose stack came from the kernel's cache.</param>
/// <param name="Misses">Forks for which a new stack was mapped.</param>
public sealed record KindDurations(ForkKind Kind, DurationSample Hits, DurationSample Misses)
{
    /// <summary>True if there are enough hits and misses to compare their medians.</summary>
    public bool IsEnough => Math.Min(Hits.Count, Misses.Count) >= Calibrator.SamplesNeeded;

    /// <summary>How much slower the median miss is than the median hit.</summary>
    public MedianDifference Difference
    {
        get
        {
            (double hitLow, double hitHigh) = Hits.MedianInterval();
            (double missLow, double missHigh) = Misses.MedianInterval();
            return new MedianDifference(missLow - hitHigh, Misses.QuantileNs(0.5) - Hits.QuantileNs(0.5), missHigh - hitLow);
        }
    }
}

/// <summary>The sorted durations of hits or of misses.</summary>
public sealed class DurationSample
{
    // Half-width of a 95 % interval in standard deviations.
    private const double Z = 1.959964;
    private readonly long[] _sortedNs;

    public DurationSample(IEnumerable<long> durationsNs)
    {
        _sortedNs = [.. durationsNs];
        Array.Sort(_sortedNs);
    }

    public int Count => _sortedNs.Length;

    /// <summary>The quantile of a share, in ns, interpolated linearly between neighbours; NaN if there are no durations.</summary>
    public double QuantileNs(double share)
    {
        if (_sortedNs.Length == 0)
            return double.NaN;
        double rank = Math.Clamp(share, 0, 1) * (_sortedNs.Length - 1);
        int below = (int)rank;
        int above = Math.Min(below + 1, _sortedNs.Length - 1);
        return _sortedNs[below] + ((rank - below) * (_sortedNs[above] - _sortedNs[below]));
    }

    /// <summary>95 % confidence interval of the median, by order statistics. It assumes nothing about the distribution.</summary>
    public (double LowNs, double HighNs) MedianInterval()
    {
        double half = Z * 0.5 / Math.Sqrt(Math.Max(1, _sortedNs.Length));
        return (QuantileNs(0.5 - half), QuantileNs(0.5 + half));
    }
}
