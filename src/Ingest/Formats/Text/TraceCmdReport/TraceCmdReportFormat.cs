using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats.Text.TraceCmdReport;

/// <summary>What <c>trace-cmd report</c> prints of a trace.dat.</summary>
public sealed class TraceCmdReportFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "trace-cmd-report",
        "Text of trace-cmd report, with or without plugins (-N), raw (-R), with full times (-t), latency columns (-l) or differences.",
        "Events with CPU and all fields, times to the microsecond (-t: nanosecond), gaps, number of CPUs.",
        "Kernel release, clock, addresses of functions; the meaning of plugins' state letters where nothing in the trace tells it.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.TraceCmdReport;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        return new TextTraceReader<DashGrammar>(options, new ReportNotes()).Read(input);
    }
}
