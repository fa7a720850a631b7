namespace ForkTrace.Ingest.Formats.Text;

/// <summary>The output of <c>trace-cmd report</c> for a trace.dat.</summary>
internal sealed class TraceCmdReportFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "trace-cmd-report",
        "Text of trace-cmd report, with or without plugins (-N), raw (-R), with full times (-t), latency columns (-l) or differences.",
        "Events with CPU and all fields, times to the microsecond (-t: nanosecond), gaps, number of CPUs.",
        "Kernel release, clock, addresses of functions; the meaning of the plugins' state letters, if the text does not show it.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.TraceCmdReport;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        return new TextTraceReader<DashGrammar>(options, new ReportNotes()).Read(input);
    }
}

/// <summary>Reads the other lines of trace-cmd report: the number of CPUs, empty CPUs, gaps, and the pages with --debug.</summary>
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
