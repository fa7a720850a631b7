using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Finds what a miss costs over a hit: the difference of the two distributions of fork durations, quantile by quantile (as if the
/// slowest miss would have been the slowest hit), from the first tenth to the last. What lies beyond is not looked at: interrupts and
/// preemption lengthen a few forks of either sort and would drown the difference. Falling stretches are levelled (isotonic regression).
/// Each recording is taken by itself, since two recordings differ in more than their misses; several are weighted by how well each
/// knows its median difference.
/// </summary>
public static class Calibrator
{
    /// <summary>Hits and misses that a recording must have of one kind: ten lie outside each outermost quantile then.</summary>
    public const int SamplesNeeded = 100;

    private static readonly double[] s_shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>Calibrates.</summary>
    /// <param name="recordings">What was measured.</param>
    /// <param name="kind">The kind of forks to use; null: the one whose median difference is known best.</param>
    /// <exception cref="PolicyException">There are too few forks of both sorts, or misses are not seen to cost more.</exception>
    public static Calibration Calibrate(ImmutableArray<ForkDurations> recordings, ForkKind? kind = null)
    {
        KindDurations[] candidates =
            [.. recordings.SelectMany(recording => recording.Kinds).Where(found => found.IsEnough && (kind is null || found.Kind == kind))];
        if (candidates.Length == 0)
            throw new PolicyException(TooFew(recordings, kind));
        ForkKind used = kind ?? candidates.MinBy(Width)!.Kind;
        KindDurations[] parts = [.. candidates.Where(found => found.Kind == used)];
        double weightSum = parts.Sum(Weight);
        double[] differences = [.. s_shares.Select(share => parts.Sum(part => Weight(part) * DifferenceNs(part, share)) / weightSum)];
        double lowNs = parts.Sum(part => Weight(part) * part.Difference.LowNs) / weightSum;
        if (lowNs <= 0)
        {
            throw new PolicyException(string.Create(
                CultureInfo.InvariantCulture,
                $"misses are not seen to cost more than hits: the median difference may be as low as {lowNs:0} ns (95 %)"));
        }

        double[] rising = [.. Isotonic(differences).Select(differenceNs => Math.Max(0, differenceNs))];
        return new Calibration(
            used, [(0, rising[0]), .. s_shares.Select((share, index) => (share, rising[index])), (1, rising[^1])], recordings);
    }

    /// <summary>
    /// The not falling sequence that is nearest in squares: neighbours that fall are replaced by their mean (pool adjacent violators).
    /// </summary>
    public static double[] Isotonic(ReadOnlySpan<double> values)
    {
        List<(double Sum, int Count)> pools = [];
        foreach (double value in values)
        {
            pools.Add((value, 1));
            while (pools.Count > 1 && pools[^2].Sum / pools[^2].Count > pools[^1].Sum / pools[^1].Count)
            {
                pools[^2] = (pools[^2].Sum + pools[^1].Sum, pools[^2].Count + pools[^1].Count);
                pools.RemoveAt(pools.Count - 1);
            }
        }

        return [.. pools.SelectMany(pool => Enumerable.Repeat(pool.Sum / pool.Count, pool.Count))];
    }

    private static double DifferenceNs(KindDurations durations, double share) =>
        durations.Misses.QuantileNs(share) - durations.Hits.QuantileNs(share);

    // Clocks count whole ns: no interval is narrower.
    private static double Width(KindDurations durations) => Math.Max(1, durations.Difference.HighNs - durations.Difference.LowNs);

    private static double Weight(KindDurations durations) => 1 / (Width(durations) * Width(durations));

    private static string TooFew(ImmutableArray<ForkDurations> recordings, ForkKind? kind)
    {
        string of = kind is { } one ? $"kind {ForkKinds.Name(one)}" : "one kind";
        string needed = string.Create(
            CultureInfo.InvariantCulture, $"needs {SamplesNeeded} hits and {SamplesNeeded} misses of {of} in one recording");
        string found = string.Join("; ", recordings.Select(Describe));
        return $"too few forks to calibrate from: {needed}, but {found}";
    }

    private static string Describe(ForkDurations recording)
    {
        if (recording.Kinds.IsEmpty)
        {
            return $"{recording.Facts.Trace} has no fork with kmem_cache_alloc of its task_struct (or the entry and exit of clone), "
                + "task_newtask and the kernel's misses";
        }

        IEnumerable<string> kinds = recording.Kinds.Select(found => string.Create(
            CultureInfo.InvariantCulture, $"{ForkKinds.Name(found.Kind)} {found.Hits.Count} hits and {found.Misses.Count} misses"));
        return $"{recording.Facts.Trace} has {string.Join(", ", kinds)}";
    }
}
