using ForkTrace.Ingest.Formats.PerfData;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>The output of <c>perf script</c> for a perf.data.</summary>
internal sealed class PerfScriptFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "perf-script",
        "Text of perf script: any -F that includes tid, cpu, time, event and trace; --ns, --header, call chains, --show-task-events.",
        "Tracepoints with all fields, else the FORK and EXIT lines of --show-task-events; times to the microsecond (--ns: nanosecond); with"
        + " --header kernel, machine, CPUs, clock, recorder.",
        "Lost events unless --show-lost-events was given, NUMA nodes.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.PerfScript;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        return new TextTraceReader<PerfGrammar>(options, new PerfNotes()).Read(input);
    }
}

/// <summary>Reads the comments of perf script --header (tools/perf/util/header.c, print_*), and the lines of records other than
/// samples.</summary>
internal sealed class PerfNotes : ITextNotes
{
    // Longer header lines are cut. Command lines can be long, but no fact needs more.
    private const int ValueBytesMax = 1 << 16;

    // Number of task records after which to check again whether the text has tracepoints. They come directly after their task's record.
    private const int CheckEvery = 1 << 12;

    private string _kernel = "";
    private string _machine = "";
    private string _host = "";
    private string _recorder = "";
    private string _clock = "";
    private int _cpus;

    public bool IsInOrder => true;

    public TraceFacts Facts(LineShape shape) => new()
    {
        Format = (shape & LineShape.Nanoseconds) != 0 ? "perf script (--ns)" : "perf script",
        Kernel = _kernel,
        Machine = _machine,
        Host = _host,
        Recorder = _recorder,
        Clock = _clock,
        Cpus = _cpus,
    };

    public bool TryRead(ReadOnlySpan<byte> line, TextProgress progress)
    {
        if (line[0] == '#')
        {
            if (line.StartsWith("# ========"u8))
                progress.NoteHeader();
            ReadComment(line);
            return true;
        }

        // Call chains in unusual columns: "    ffffffff813549fa copy_process+0x2a ([kernel.kallsyms])".
        if (line[0] == '\t')
            return true;
        ReadOnlySpan<byte> chain = line.TrimStart((byte)' ');
        int at = 0;
        bool isIndented = chain.Length < line.Length;
        return chain.IsEmpty || (isIndented && TextNumbers.TryHex(chain, ref at, out _) && (at == chain.Length || chain[at] == ' '));
    }

    // "PERF_RECORD_FORK(5:5):(1:1)" and other records, printed with --show-task-events and similar options.
    public bool TryReadHeaded(in LineHead head, ReadOnlySpan<byte> rest, TextProgress progress)
    {
        ReadOnlySpan<byte> record = rest.TrimStart((byte)' ');
        if (!record.StartsWith("PERF_RECORD_"u8))
            return false;
        NoteTask(in head, record, progress);
        int lost = record.IndexOf(" lost "u8);
        if (!record.StartsWith("PERF_RECORD_LOST"u8) || lost < 0)
            return true;
        int at = lost + 6;
        if (TextNumbers.TryDigits(record, ref at, long.MaxValue, out ulong events))
            progress.Losses.Add(head.Cpu, progress.Streams.LastNs(head.Cpu), head.Time > 0 ? head.Time : long.MaxValue, (long)events);
        return true;
    }

    private static bool TryValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out string value)
    {
        value = "";
        if (!line.StartsWith(key))
            return false;
        value = Encoding.UTF8.GetString(line[key.Length..Math.Min(line.Length, ValueBytesMax)]).Trim();
        return true;
    }

    private void ReadComment(ReadOnlySpan<byte> line)
    {
        if (TryValue(line, "# os release : "u8, out string value))
            _kernel = value;
        else if (TryValue(line, "# hostname : "u8, out value))
            _host = value;
        else if (TryValue(line, "# arch : "u8, out value))
            _machine = value;
        else if (TryValue(line, "# cmdline : "u8, out value))
            _recorder = value;
        else if (TryValue(line, "# clockid: "u8, out value))
            _clock = ClockName(value);
        // "# nrcpus online : 2", "# nrcpus avail : 2"
        else if (line.StartsWith("# nrcpus "u8))
            _cpus = Math.Max(_cpus, TextNumbers.CpusAfter(line, " : "u8));
        // A recording without -k has perf's own clock.
        if (_clock.Length == 0 && line.StartsWith("# ========"u8))
            _clock = "perf";
    }

    // "monotonic (1)": the number decides (tools/perf/util/clockid.c).
    private static string ClockName(string clock)
    {
        int open = clock.LastIndexOf('(');
        if (open < 0)
            return clock;
        string number = clock[(open + 1)..].TrimEnd(')');
        bool isNumber = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int clockId);
        return isNumber ? PerfRecording.ClockName(clockId) : $"clockid {number}";
    }

    // The lines of --show-task-events, unless tracepoints in the text report the same (perf_event__fprintf_task and _comm in
    // tools/perf/util/event.c). Others, and malformed ones, are skipped:
    //   PERF_RECORD_FORK(pid:tid):(parent's pid:tid)   PERF_RECORD_EXIT(pid:tid):(parent's pid:tid)   PERF_RECORD_COMM[ exec]: comm:pid/tid
    private static void NoteTask(in LineHead head, ReadOnlySpan<byte> record, TextProgress progress)
    {
        if (!progress.WantsTaskRecords || !TryReadTask(in head, record, progress.Tasks))
            return;
        if (head.Time > 0)
            progress.Shape |= head.Shape;
        if (progress.Tasks.Count % CheckEvery == 0 && progress.Names.HasForks && progress.Names.HasExits)
            progress.WantsTaskRecords = false;
    }

    private static bool TryReadTask(in LineHead head, ReadOnlySpan<byte> record, TaskRecords tasks)
    {
        if (record.StartsWith("PERF_RECORD_COMM"u8))
            return TryReadTaskName(head.Time, record, tasks);
        bool isFork = record.StartsWith("PERF_RECORD_FORK("u8);
        if (!isFork && !record.StartsWith("PERF_RECORD_EXIT("u8))
            return false;
        int at = "PERF_RECORD_FORK("u8.Length;
        if (!TryPair(record, ref at, out int tid) || !record[at..].StartsWith("):("u8))
            return false;
        at += 3;
        if (!TryPair(record, ref at, out int parentTid))
            return false;
        int cpu = (head.Shape & LineShape.NoCpu) != 0 ? -1 : head.Cpu;
        tasks.Add(isFork ? RecordType.Fork : RecordType.Exit, head.Time, cpu, tid, parentTid);
        return true;
    }

    private static bool TryReadTaskName(long timeNs, ReadOnlySpan<byte> record, TaskRecords tasks)
    {
        int slash = record.LastIndexOf((byte)'/');
        int start = record.IndexOf(": "u8) + 2;
        int end = slash < 0 ? -1 : record[..slash].LastIndexOf((byte)':');
        int at = slash + 1;
        if (start < 2 || end < start || !TextNumbers.TryTid(record, ref at, out int tid))
            return false;
        tasks.AddName(timeNs, tid, record[start..end]);
        return true;
    }

    // "pid:tid"
    private static bool TryPair(ReadOnlySpan<byte> record, ref int at, out int tid)
    {
        tid = 0;
        if (!TextNumbers.TryTid(record, ref at, out _) || at >= record.Length || record[at] != ':')
            return false;
        at++;
        return TextNumbers.TryTid(record, ref at, out tid);
    }
}
