using ForkTrace.Ingest.Formats.Text.FunctionGraph;
using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats.Text.Ftrace;

/// <summary>
/// What the kernel prints in tracefs: <c>trace</c>, <c>trace_pipe</c>, <c>snapshot</c>; also inside atrace output and systrace pages.
/// </summary>
public sealed class FtraceTextFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "ftrace-text",
        "Text of tracefs (trace, trace_pipe, snapshot) with any of its options, of atrace and of systrace pages; tracers nop and function.",
        "Events with CPU and all fields that the kernel prints, times to the microsecond, gaps.",
        "Kernel release (but in latency-format), clock, nanoseconds, addresses of functions; function_graph and latency tracers.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.Ftrace;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        if (FunctionGraphReader.Sniff(input.SliceUpTo(0, FormatCatalog.PrefixBytes)))
            Reject.Unsupported("text of the function_graph tracer holds durations of calls and no events; 'forktrace calibrate' reads it");
        TextTraceReader<DashGrammar> reader = new(options, new FtraceNotes());
        return SystracePage.IsPage(input.SliceUpTo(0, FormatCatalog.PrefixBytes))
            ? reader.Read(input, SystracePage.FindTraces(input))
            : reader.Read(input);
    }
}
