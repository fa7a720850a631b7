using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Profile;

/// <summary>What a recording says about its tasks, independent of the policy: how long they lived, where they died, when RCU released
/// them.</summary>
public sealed record TraceProfile
{
    /// <summary>By kind, in order of name. Contains tasks whose fork and death are both in the recording, without failed forks.</summary>
    public required ImmutableArray<LifetimeHistogram> Lifetimes { get; init; }

    /// <summary>By operation, then by evidence. Contains tasks whose final switch is in the recording, without failed forks.</summary>
    public required ImmutableArray<CallbackDelays> Delays { get; init; }

    /// <summary>By CPU of fork, then by CPU of death. Pairs without tasks and failed forks are left out.</summary>
    public required ImmutableArray<CpuPair> CpuPairs { get; init; }

    /// <summary>In order of time.</summary>
    public required ImmutableArray<GracePeriodBounds> GracePeriods { get; init; }

    /// <summary>Length of a window in ns.</summary>
    public required long WindowNs { get; init; }

    /// <summary>The recording's time from its first event to its last, without gaps.</summary>
    public required ImmutableArray<TraceWindow> Windows { get; init; }

    /// <summary>Measures a recording, in one pass over its operations.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="operations">The operations built from it.</param>
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
/// The stack's callback, which is queued at the final switch; or that of the task_struct, which is queued then or when a zombie is reaped.
/// </param>
/// <param name="Evidence">How the callback's time is known.</param>
/// <param name="Delays">Time from the final switch to the callback.</param>
public sealed record CallbackDelays(StackOperationKind Operation, Evidence Evidence, LatencyHistogram Delays);

/// <summary>Number of tasks that took their stack on one CPU and gave it back on another CPU, or on the same one.</summary>
public readonly record struct CpuPair(int ForkCpu, int DeathCpu, long Tasks);

/// <summary>How long stacks of one kind of task were in use.</summary>
/// <param name="Kind"><c>thread</c>, <c>vfork</c>, <c>process</c>, or <c>other</c> where clone flags say neither or are unknown.</param>
/// <param name="Lifetimes">From the stack's allocation to its release.</param>
public sealed record LifetimeHistogram(string Kind, LatencyHistogram Lifetimes);

/// <summary>What happened in one window of time, independent of the policy.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Forks">Stacks taken, failed forks included.</param>
/// <param name="Deaths">Stacks given back, failed forks included.</param>
/// <param name="Callbacks">RCU callbacks of task_structs.</param>
public readonly record struct TraceWindow(long StartNs, long Forks, long Deaths, long Callbacks);

/// <summary>Kinds of tasks by the clone flags of their fork; each kind is an index into <see cref="Names"/>.</summary>
internal static class TaskKinds
{
    private const byte Other = 0;

    /// <summary>In ordinal order.</summary>
    public static readonly string[] Names = ["other", "process", "thread", "vfork"];

    /// <summary>The kind of each task that has a slot, by slot.</summary>
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
