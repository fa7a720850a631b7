using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Lifecycle.Inspection;

/// <summary>
/// Shell lines that record the same machine again with everything that a replay can use: built-in events, filtered to the few that matter.
/// CMD stands for the workload.
/// </summary>
/// <param name="TraceCmd">For trace-cmd.</param>
/// <param name="Perf">For perf.</param>
public sealed record BetterRecording(string TraceCmd, string Perf)
{
    private const string TaskStructBytes = "TS=$(cat /sys/kernel/slab/task_struct/object_size); ";

    // Larger buffers for each CPU, used if the last ones overflowed.
    private const int LargeBufferKib = 32768;
    private const int LargeBufferPages = 8192;

    /// <summary>The lines to record with; null if the trace lacks nothing and lost nothing.</summary>
    public static BetterRecording? For(TraceFacts facts, TraceEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(evidence);
        bool isLossy = facts.HasDataLoss;
        if (evidence.Missing.IsEmpty && !isLossy)
            return null;
        RecordedEvent[] events = [.. RecordedEvents.Of(KernelRelease.Parse(facts.Kernel), RecordingLevel.Standard)];
        IEnumerable<string> traceCmd = RecorderArguments.TraceCmd(events, isLossy ? LargeBufferKib : 0, null, ["CMD"]);
        IEnumerable<string> perf = RecorderArguments.Perf(events, isLossy ? LargeBufferPages : 0, null, ["CMD"]);
        return new BetterRecording(TaskStructBytes + ShellText.Of(traceCmd), TaskStructBytes + ShellText.Of(perf));
    }

    internal static bool CanRecordMappings(TraceFacts facts) => RecordedEvents.HasMappingEvent(KernelRelease.Parse(facts.Kernel));
}
