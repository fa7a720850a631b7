using ForkTrace.Ingest.Formats.Text.FunctionGraph;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// The kernel's text in tracefs: <c>trace</c>, <c>trace_pipe</c>, <c>snapshot</c>. Also in atrace output and systrace pages.
/// </summary>
internal sealed class FtraceTextFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "ftrace-text",
        "Text of tracefs (trace, trace_pipe, snapshot) with any options, of atrace, and in systrace pages; tracers nop and function.",
        "Events with CPU and all fields that the kernel prints, times to the microsecond, gaps.",
        "Kernel release (except in latency-format), clock, nanoseconds, addresses of functions; function_graph and latency tracers.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.Ftrace;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        if (FunctionGraphReader.Sniff(input.SliceUpTo(0, FormatCatalog.PrefixBytes)))
            Reject.Unsupported("text of the function_graph tracer has durations of calls, not events; 'forktrace calibrate' reads it");
        TextTraceReader<DashGrammar> reader = new(options, new FtraceNotes());
        return SystracePage.IsPage(input.SliceUpTo(0, FormatCatalog.PrefixBytes))
            ? reader.Read(input, SystracePage.FindTraces(input))
            : reader.Read(input);
    }
}

/// <summary>Reads the headers and other lines in the kernel's trace files (kernel/trace/trace.c, print_trace_header,
/// print_lat_help_header).</summary>
internal sealed class FtraceNotes : ITextNotes
{
    // Damaged headers can claim any number.
    private const long EntriesMax = 1L << 40;

    private string _kernel = "";
    private int _cpus;
    private bool _isRead;

    public TraceFacts Facts(LineShape shape) => new()
    {
        Format = $"ftrace text ({Style(shape)})",
        Kernel = _kernel,
        Cpus = _cpus,
    };

    public bool TryRead(ReadOnlySpan<byte> line, TextProgress progress)
    {
        if (line[0] == '#')
            return TryReadComment(line, progress);
        if (line.TrimStart((byte)' ').StartsWith("=>"u8) || progress.TryReadLost(line))
            return true;
        return line.SequenceEqual("TRACE:"u8) && BeginTrace(progress);
    }

    private static string Style(LineShape shape)
    {
        if ((shape & LineShape.FusedCpu) != 0)
            return "latency-format";
        string irqs = (shape & LineShape.Flags) == 0 ? "noirq-info"
            : (shape & LineShape.FourFlags) != 0 ? "irq-info of 4 columns"
            : "irq-info";
        return (shape & LineShape.Tgid) != 0 ? $"{irqs}, record-tgid" : irqs;
    }

    // Lines before the first header are messages of the recorder.
    private static bool BeginTrace(TextProgress progress)
    {
        progress.BeginTrace();
        return true;
    }

    private bool TryReadComment(ReadOnlySpan<byte> line, TextProgress progress)
    {
        const string TracerKey = "# tracer: ";
        string tracer = line.StartsWith("# tracer: "u8)
            ? Encoding.UTF8.GetString(line[TracerKey.Length..Math.Min(line.Length, 64)]).Trim()
            : "";
        if (tracer is not ("nop" or "function" or ""))
        {
            Reject.Unsupported(
                $"the text is from tracer '{tracer}', whose lines are not events; record with current_tracer nop and events enabled");
        }

        if (line.StartsWith("# tracer:"u8))
            return BeginTrace(progress);
        int on = line.IndexOf(" latency trace v"u8);
        if (on > 0 && line.LastIndexOf(" on "u8) is > 0 and int at)
            _kernel = Encoding.UTF8.GetString(line[(at + 4)..]).Trim();

        // "#P:2", "#1511/1511, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:2)"
        if (TextNumbers.CpusAfter(line, "#P:"u8) is > 0 and int cpus)
            _cpus = cpus;
        if (line.StartsWith("# entries-in-buffer/entries-written: "u8))
            ReadEntries(line, "written: "u8, progress);
        else if (line.StartsWith("# latency: "u8))
            ReadEntries(line, " us, #"u8, progress);
        return true;
    }

    // "# entries-in-buffer/entries-written: 140080/250280   #P:4", latency-format "# latency: 0 us, #1511/1511, CPU#0 |". The difference
    // was overwritten by later events.
    private void ReadEntries(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, TextProgress progress)
    {
        int at = line.IndexOf(key) + key.Length;
        if (at < key.Length || !TextNumbers.TryDigits(line, ref at, long.MaxValue, out ulong there) || at >= line.Length
            || line[at++] != '/' || !TextNumbers.TryDigits(line, ref at, long.MaxValue, out ulong written))
        {
            return;
        }

        progress.Entries = Math.Min(progress.Entries + (long)Math.Min(there, EntriesMax), EntriesMax);
        if (_isRead)
            return;
        _isRead = true;
        if (written > there)
            progress.Overwritten = (long)(written - there);
    }
}
