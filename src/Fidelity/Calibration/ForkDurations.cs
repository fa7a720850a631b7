using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// How long the forks of one recording took, separately by kind and by what the kernel's cache really did.
/// </summary>
public sealed class ForkDurations
{
    private static readonly ForkKind[] s_kinds = Enum.GetValues<ForkKind>();

    /// <param name="facts">The recording.</param>
    /// <param name="measure">What the durations are measured from and to, in words.</param>
    /// <param name="kinds">The kinds that the recording has, in the order of <see cref="ForkKind"/>.</param>
    public ForkDurations(TraceFacts facts, string measure, ImmutableArray<KindDurations> kinds)
    {
        Facts = facts;
        Measure = measure;
        Kinds = kinds;
    }

    public TraceFacts Facts { get; }

    /// <summary>What the durations are measured from and to, in words.</summary>
    public string Measure { get; }

    /// <summary>True if a duration covers all or nearly all of a fork. Getting a stack is then only a part of it.</summary>
    public bool IsWholeFork { get; init; } = true;

    /// <summary>The kinds that the recording has, in the order of <see cref="ForkKind"/>.</summary>
    public ImmutableArray<KindDurations> Kinds { get; }

    /// <summary>
    /// Measures a recording: from the task_struct's allocation to task_newtask if it has both events, else from the entry to the exit of
    /// the system calls that fork.
    /// </summary>
    public static ForkDurations Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        bool hasCalls = events.Facts.CountOf(EventKind.ForkEnter) > 0 && events.Facts.CountOf(EventKind.ForkExit) > 0;
        ForkTimes times = ForkTimes.Of(events);
        return events.Facts.CountOf(EventKind.TaskAlloc) == 0 && hasCalls
            ? new ForkDurations(events.Facts, "from entry to exit of clone, clone3 and fork", Kinded(times.Calls))
            : new ForkDurations(events.Facts, "from the allocation of the task_struct to task_newtask", Kinded(times.Copies));
    }

    /// <summary>The kinds for which there are durations of known hits and misses.</summary>
    public static ImmutableArray<KindDurations> Kinded(IReadOnlyCollection<ForkTime> times) =>
    [
        .. s_kinds
            .Select(kind => new KindDurations(kind, Sample(times, kind, wasHit: true), Sample(times, kind, wasHit: false)))
            .Where(durations => durations.Hits.Count + durations.Misses.Count > 0),
    ];

    private static DurationSample Sample(IEnumerable<ForkTime> times, ForkKind kind, bool wasHit) =>
        new(times.Where(time => time.Kind == kind && time.WasHit == wasHit).Select(time => time.DurationNs));
}
