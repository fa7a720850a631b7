namespace ForkTrace.Ingest.Formats.Text;

/// <summary>What <c>trace-cmd report</c> prints of a trace.dat.</summary>
internal sealed class TraceCmdReportFormat : ITraceFormat
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
        return new TextTraceReader<DashGrammar>(options, new ReportNotes()).Read(input);
    }
}

/// <summary>What trace-cmd report prints besides events: the number of CPUs, empty CPUs, gaps, with --debug the pages.</summary>
internal sealed class ReportNotes : ITextNotes
{
    private int _cpus;

    public TraceFacts Facts(LineShape shape) => new()
    {
        Format = (shape & LineShape.FusedCpu) != 0 ? "trace-cmd report (-l)"
            : (shape & LineShape.Nanoseconds) != 0 ? "trace-cmd report (-t)"
            : "trace-cmd report",
        Cpus = _cpus,
    };

    public bool TryRead(ReadOnlySpan<byte> line, TextProgress progress)
    {
        if (line.StartsWith("cpus="u8) || line.StartsWith("version = "u8))
        {
            progress.NoteHeader();
            _cpus = Math.Max(_cpus, TextNumbers.CpusAfter(line, "cpus="u8));
            return true;
        }

        return progress.TryReadLost(line)
            || (line.StartsWith("CPU "u8) && line.EndsWith(" is empty"u8))
            || (line.StartsWith("CPU:"u8) && line.IndexOf(" [SUBBUFFER START]"u8) > 0)
            || line.TrimStart((byte)' ').StartsWith("=>"u8);
    }
}
