using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// PERF_RECORD_*: record types that this reader acts on (include/uapi/linux/perf_event.h and, from 64 on,
/// tools/lib/perf/include/perf/event.h).
/// </summary>
internal static class RecordType
{
    public const uint Lost = 2;
    public const uint Comm = 3;
    public const uint Exit = 4;
    public const uint Throttle = 5;
    public const uint Fork = 7;
    public const uint Sample = 9;
    public const uint LostSamples = 13;
    public const uint HeaderAttribute = 64;
    public const uint TracingData = 66;
    public const uint FinishedRound = 68;
    public const uint IdIndex = 69;
    public const uint AuxTrace = 71;
    public const uint EventUpdate = 78;
    public const uint HeaderFeature = 80;
    public const uint Compressed = 81;
    public const uint Compressed2 = 83;

    private const uint FirstOfKernel = 1;
    private const uint LastOfKernel = 21;
    private const uint FirstOfTool = 64;
    private const uint LastOfTool = 84;

    /// <summary>True for the types of Linux 6.18 and perf 6.18; others are counted and reported.</summary>
    public static bool IsKnown(uint type) => type is (>= FirstOfKernel and <= LastOfKernel) or (>= FirstOfTool and <= LastOfTool);
}
