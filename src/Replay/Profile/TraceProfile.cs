using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.Replay.Profile;

/// <summary>What a recording says of its tasks whatever the policy: how long they lived, where they died, when RCU let them go.</summary>
public sealed record TraceProfile
{
    /// <summary>By kind, in order of name; of tasks whose fork and death the recording both shows. Failed forks are left out.</summary>
    public required ImmutableArray<LifetimeHistogram> Lifetimes { get; init; }

    /// <summary>By operation, then by evidence; of tasks whose final switch the recording shows. Failed forks are left out.</summary>
    public required ImmutableArray<CallbackDelays> Delays { get; init; }

    /// <summary>By CPU of fork, then of death; pairs without tasks are left out, and so are failed forks.</summary>
    public required ImmutableArray<CpuPair> CpuPairs { get; init; }

    /// <summary>In order of time.</summary>
    public required ImmutableArray<GracePeriodBounds> GracePeriods { get; init; }

    /// <summary>Length of a window in ns.</summary>
    public required long WindowNs { get; init; }

    /// <summary>The recording's time from its first event to its last, without gaps.</summary>
    public required ImmutableArray<TraceWindow> Windows { get; init; }

    /// <summary>Measures a recording, in one pass over its operations.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="operations">What was built of it.</param>
    /// <param name="windowNs">Length of a window in ns; 0 divides the recording into a hundred.</param>
    public static TraceProfile Of(EventTable events, StackOperations operations, long windowNs = 0)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        TraceProfiler profiler = new(operations, TaskKinds.Of(events), windowNs);
        return profiler.Measure();
    }
}
