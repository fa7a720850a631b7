using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>The durations of one kind of forks.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Hits">Those whose stack came from the kernel's cache.</param>
/// <param name="Misses">Those whose stack was mapped anew.</param>
public sealed record KindDurations(ForkKind Kind, DurationSample Hits, DurationSample Misses)
{
    /// <summary>True if there are enough of both to tell their distributions apart up to the first and last tenth.</summary>
    public bool IsEnough => Math.Min(Hits.Count, Misses.Count) >= Calibrator.SamplesNeeded;

    /// <summary>By how much the median miss is slower than the median hit, in ns, with a 95 % interval (of the wider sort).</summary>
    public (double LowNs, double MedianNs, double HighNs) Difference
    {
        get
        {
            (double hitLow, double hitHigh) = Hits.MedianInterval();
            (double missLow, double missHigh) = Misses.MedianInterval();
            return (missLow - hitHigh, Misses.QuantileNs(0.5) - Hits.QuantileNs(0.5), missHigh - hitLow);
        }
    }
}
