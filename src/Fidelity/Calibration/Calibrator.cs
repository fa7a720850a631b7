using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Finds what a miss costs over a hit: how much slower the median miss is than the median hit. Only medians are used. Interrupts and preemption
/// lengthen some hits and some misses, and often more of one sort than of the other, so the difference of the tails says nothing about stacks.
/// Each recording is measured by itself, because two recordings differ in more than their misses. Several are weighted by the precision of
/// their differences. If they disagree, the interval covers all of them.
/// </summary>
public static class Calibrator
{
    /// <summary>Hits and misses that a recording must have of one kind.</summary>
    public const int SamplesNeeded = 100;

    // A fork that misses does the work of a hit and maps a stack. If misses take three times as long as hits, there is another cause.
    private const double DifferenceOfHitMax = 2;

    /// <summary>Calibrates.</summary>
    /// <param name="recordings">The measurements.</param>
    /// <param name="kind">The kind of forks to use; null for the one whose median difference is known best.</param>
    /// <exception cref="NoCostException">
    /// There are too few hits or misses, or their difference is not known: it may be 0, its interval is wider than the difference, or the
    /// difference is too large to be due to a stack.
    /// </exception>
    public static Calibration Calibrate(ImmutableArray<ForkDurations> recordings, ForkKind? kind = null)
    {
        KindDurations[] candidates =
            [.. recordings.SelectMany(recording => recording.Kinds).Where(found => found.IsEnough && (kind is null || found.Kind == kind))];
        if (candidates.Length == 0)
            throw new NoCostException(TooFew(recordings, kind));
        ForkKind used = kind ?? candidates.MinBy(found => found.Difference.WidthNs)!.Kind;
        MedianDifference difference = MedianDifference.Of([.. candidates.Where(found => found.Kind == used).Select(found => found.Difference)]);
        if (difference.LowNs <= 0)
        {
            throw new NoCostException(
                $"the recordings do not show that misses cost more than hits: {Describe(difference)}. "
                + "Record more forks, or a kind whose hits and misses "
                + "differ in nothing else");
        }

        if (difference.WidthNs > difference.MedianNs)
        {
            throw new NoCostException(
                $"the cost of a miss is not known well enough: {Describe(difference)}, but the interval must not be wider than the "
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
            throw new NoCostException(string.Create(
                CultureInfo.InvariantCulture,
                $"{recording.Facts.Trace}: misses differ from hits in more than their stack: {Describe(found.Difference)}, and a whole fork "
                + $"that hits takes {hitNs:0} ns; at most {DifferenceOfHitMax} times that can be due to a stack. A thread that has just moved "
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

/// <summary>How much slower the median miss is than the median hit, ns, with a 95 % interval (of the wider sort).</summary>
public readonly record struct MedianDifference(double LowNs, double MedianNs, double HighNs)
{
    // Clocks count whole ns, so no interval is narrower than that.
    internal double WidthNs => Math.Max(1, HighNs - LowNs);

    private double Weight => 1 / (WidthNs * WidthNs);

    /// <summary>
    /// The difference over several recordings, each weighted by the inverse square of its width. If two intervals do not overlap, the
    /// recordings differ by more than chance, and the interval covers all of them.
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

/// <summary>Recordings that show no cost of a miss: too few forks, or a difference that is not known or not due to a stack.</summary>
public sealed class NoCostException : Exception
{
    public NoCostException()
    {
    }

    public NoCostException(string message)
        : base(message)
    {
    }

    public NoCostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
