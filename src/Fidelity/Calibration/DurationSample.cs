namespace ForkTrace.Fidelity.Calibration;

/// <summary>Durations of one sort, sorted.</summary>
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

    /// <summary>The duration, in ns, that a share does not exceed: between neighbours a straight line; NaN if there are none.</summary>
    public double QuantileNs(double share)
    {
        if (_sortedNs.Length == 0)
            return double.NaN;
        double rank = Math.Clamp(share, 0, 1) * (_sortedNs.Length - 1);
        int below = (int)rank;
        int above = Math.Min(below + 1, _sortedNs.Length - 1);
        return _sortedNs[below] + ((rank - below) * (_sortedNs[above] - _sortedNs[below]));
    }

    /// <summary>95 % confidence interval of the median, by order statistics: free of any assumption about the distribution.</summary>
    public (double LowNs, double HighNs) MedianInterval()
    {
        double half = Z * 0.5 / Math.Sqrt(Math.Max(1, _sortedNs.Length));
        return (QuantileNs(0.5 - half), QuantileNs(0.5 + half));
    }
}
