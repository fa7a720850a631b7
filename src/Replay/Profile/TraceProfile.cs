using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Tasks;

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
        TraceProfiler profiler = new(operations, windowNs);
        profiler.Add(operations, TaskKinds.Of(events));
        return profiler.Finish();
    }
}

/// <summary>Time from tasks' final switch to their RCU callbacks.</summary>
/// <param name="Operation">
/// The stack's callback, which the final switch queues, or that of the task_struct, which is queued then or when a zombie is reaped.
/// </param>
/// <param name="Evidence">How the callback's time is known.</param>
/// <param name="Delays">How much later it ran.</param>
public sealed record CallbackDelays(StackOperationKind Operation, Evidence Evidence, LatencyHistogram Delays);

/// <summary>How many tasks took their stack on one CPU and gave it back on another, or on the same.</summary>
public readonly record struct CpuPair(int ForkCpu, int DeathCpu, long Tasks);

/// <summary>How long stacks of one kind of task were in use.</summary>
/// <param name="Kind"><c>thread</c>, <c>vfork</c>, <c>process</c>, or <c>other</c> where clone flags say neither or are unknown.</param>
/// <param name="Lifetimes">From the stack's allocation to its release.</param>
public sealed record LifetimeHistogram(string Kind, LatencyHistogram Lifetimes);

/// <summary>What happened in one window of time, whatever the policy.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Forks">Stacks taken, failed forks included.</param>
/// <param name="Deaths">Stacks given back, failed forks included.</param>
/// <param name="Callbacks">RCU callbacks of task_structs.</param>
public readonly record struct TraceWindow(long StartNs, long Forks, long Deaths, long Callbacks);

/// <summary>What tasks are by the clone flags of their fork: an index into <see cref="Names"/> for each.</summary>
internal static class TaskKinds
{
    private const byte Other = 0;

    /// <summary>In ordinal order.</summary>
    public static readonly string[] Names = ["other", "process", "thread", "vfork"];

    /// <summary>By slot, of tasks that have one.</summary>
    public static byte[] Of(OperationStretch stretch)
    {
        byte[] kinds = new byte[stretch.Operations.Tasks];
        byte[] ofTasks = Of(stretch.Events);
        for (int task = 0; task < ofTasks.Length; task++)
        {
            if (stretch.SlotOfTask[task] >= 0)
                kinds[stretch.SlotOfTask[task]] = ofTasks[task];
        }

        return kinds;
    }

    public static byte[] Of(EventTable events)
    {
        byte[] kinds = new byte[events.Facts.Tasks];
        ReadOnlySpan<EventKind> rows = events.Kinds;
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] == EventKind.NewTask && events.Tasks[row] >= 0)
                kinds[events.Tasks[row]] = IndexOf(ForkKinds.Of(events.Values[row]));
        }

        return kinds;
    }

    /// <summary>The name of a kind of fork.</summary>
    public static string NameOf(ForkKind? kind) => kind is { } known ? ForkKinds.Name(known) : Names[Other];

    private static byte IndexOf(ForkKind? kind) => (byte)Array.IndexOf(Names, NameOf(kind));
}
