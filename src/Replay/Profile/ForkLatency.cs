using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Replay.Profile;

/// <summary>
/// How long forks of one kind took in the recording. Events measure this; nothing is modelled. The times include the recorder's overhead.
/// On an emulated machine they mean nothing.
/// </summary>
/// <param name="Measure">
/// <c>copy_process</c>: from the task_struct's allocation to task_newtask, that is, getting the stack and the rest of copy_process.
/// <c>system_call</c>: from entry to exit of clone, clone3 or fork.
/// </param>
/// <param name="Kind"><c>thread</c>, <c>vfork</c>, <c>process</c>, or <c>other</c> where clone flags say neither.</param>
/// <param name="Outcome"><c>hit</c> or <c>miss</c> according to the kernel's own events; <c>unknown</c> if they do not tell.</param>
/// <param name="Times">The times.</param>
public sealed record ForkLatency(string Measure, string Kind, string Outcome, LatencyHistogram Times)
{
    /// <summary>
    /// Share of the system calls' time that <c>copy_process</c> takes, 0 to 1, over the calls that show both. Null if no call shows both,
    /// and for the measure <c>copy_process</c> itself.
    /// </summary>
    public double? CopyShare { get; init; }

    /// <summary>Measures a recording: by measure, kind and outcome, in ordinal order; empty if its events do not measure forks.</summary>
    public static ImmutableArray<ForkLatency> Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        GroundTruth truth = GroundTruth.Of(events);
        ForkLatencies latencies = new(events.Facts, truth);
        latencies.Add(events);
        return latencies.Result();
    }
}
