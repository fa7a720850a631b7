using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Finds what a miss costs over a hit: by how much the median miss is slower than the median hit. Only the median is used. Interrupts and
/// preemption lengthen some forks of either sort, and often more hits than misses or the reverse, so the difference of the tails says
/// nothing about stacks. Each recording is taken by itself, since two recordings differ in more than their misses; several are weighted
/// by how well each knows its difference, and where they disagree the interval covers them all.
/// </summary>
public static class Calibrator
{
    /// <summary>Hits and misses that a recording must have of one kind.</summary>
    public const int SamplesNeeded = 100;

    // A miss of a whole fork is a hit and a mapping. Where misses take three times as long as hits, another cause comes with them.
    private const double DifferenceOfHitMax = 2;

    /// <summary>Calibrates.</summary>
    /// <param name="recordings">What was measured.</param>
    /// <param name="kind">The kind of forks to use; null: the one whose median difference is known best.</param>
    /// <exception cref="PolicyException">
    /// There are too few forks of both sorts, or their difference is unknown: it may be nil, its interval is wider than itself, or it is
    /// too large to be that of a stack.
    /// </exception>
    public static Calibration Calibrate(ImmutableArray<ForkDurations> recordings, ForkKind? kind = null)
    {
        KindDurations[] candidates =
            [.. recordings.SelectMany(recording => recording.Kinds).Where(found => found.IsEnough && (kind is null || found.Kind == kind))];
        if (candidates.Length == 0)
            throw new PolicyException(TooFew(recordings, kind));
        ForkKind used = kind ?? candidates.MinBy(found => found.Difference.WidthNs)!.Kind;
        MedianDifference difference = MedianDifference.Of([.. candidates.Where(found => found.Kind == used).Select(found => found.Difference)]);
        if (difference.LowNs <= 0)
        {
            throw new PolicyException(
                $"misses are not seen to cost more than hits: {Describe(difference)}. Record more forks, or a kind of which hits and misses "
                + "differ in nothing else");
        }

        if (difference.WidthNs > difference.MedianNs)
        {
            throw new PolicyException(
                $"the cost of a miss is not known well enough: {Describe(difference)}, and the interval may be no wider than the "
                + "difference. Record more forks on a quieter machine");
        }

        foreach (ForkDurations recording in recordings)
            RequireStack(recording, used);
        return new Calibration(used, difference, recordings);
    }

    private static void RequireStack(ForkDurations recording, ForkKind kind)
    {
        foreach (KindDurations found in recording.Kinds.Where(found => found.IsEnough && found.Kind == kind && recording.IsWholeFork))
        {
            double hitNs = found.Hits.QuantileNs(0.5);
            if (found.Difference.MedianNs <= DifferenceOfHitMax * hitNs)
                continue;
            throw new PolicyException(string.Create(
                CultureInfo.InvariantCulture,
                $"{recording.Facts.Trace}: misses differ from hits in more than their stack: {Describe(found.Difference)}, and a whole fork "
                + $"that hits takes {hitNs:0} ns; at most {DifferenceOfHitMax} times that is taken for a stack. A thread that has just moved "
                + $"to another CPU misses and finds cold caches too: record a load that stays on one CPU (taskset -c 0)"));
        }
    }

    private static string Describe(MedianDifference difference) => string.Create(
        CultureInfo.InvariantCulture,
        $"the median difference is {difference.MedianNs:0} ns, with a 95 % interval of {difference.LowNs:0} to {difference.HighNs:0} ns");

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

/// <summary>By how much the median miss is slower than the median hit, ns, with a 95 % interval (of the wider sort).</summary>
public readonly record struct MedianDifference(double LowNs, double MedianNs, double HighNs)
{
    // Clocks count whole ns: no interval is narrower.
    internal double WidthNs => Math.Max(1, HighNs - LowNs);

    private double Weight => 1 / (WidthNs * WidthNs);

    /// <summary>
    /// That of several recordings, each weighted by the inverse square of its width. Where two do not overlap, recordings differ by more
    /// than chance: then the interval covers all of them.
    /// </summary>
    internal static MedianDifference Of(ImmutableArray<MedianDifference> parts)
    {
        double weightSum = parts.Sum(part => part.Weight);
        bool agree = parts.Max(part => part.LowNs) <= parts.Min(part => part.HighNs);
        return new MedianDifference(
            agree ? Mean(part => part.LowNs) : parts.Min(part => part.LowNs),
            Mean(part => part.MedianNs),
            agree ? Mean(part => part.HighNs) : parts.Max(part => part.HighNs));

        double Mean(Func<MedianDifference, double> valueNs) => parts.Sum(part => part.Weight * valueNs(part)) / weightSum;
    }
}
