using ForkTrace.Ingest.Formats.PerfData;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>The part of a text that has been read: the rows, the gaps, and the lines that could not be read.</summary>
internal sealed class TextProgress(ProbeMap? probes) : IDisposable
{
    private const string WithCpus =
        "print it again with 'perf script -F comm,tid,cpu,time,event,trace', or, if perf then says that samples have no CPU, record with 'perf record -a'";

    private long _roundNs = long.MinValue;
    private long _rounds;
    private LineCount _unread;
    private LineCount _damaged;
    private LineCount _unplaced;

    public CpuStreams Streams { get; } = new();
    public TextLosses Losses { get; } = new();
    public EventNames Names { get; } = new(probes);
    public SwitchStates States { get; } = new();

    /// <summary>The times of lines, as they were printed.</summary>
    public PrintedTimes Times { get; } = new();

    /// <summary>Forks and exits in perf's own records.</summary>
    public TaskRecords Tasks { get; } = new();

    /// <summary>False as soon as tracepoints in the text report forks and exits.</summary>
    public bool WantsTaskRecords { get; set; } = true;

    /// <summary>The optional parts that appeared in the heads of lines.</summary>
    public LineShape Shape { get; set; }

    /// <summary>Number of the current line, from 1.</summary>
    public long Line { get; set; }

    public long Events { get; set; }

    /// <summary>The latest of the CPUs' first times. From then on, the text has all CPUs.</summary>
    public long LatestFirstNs { get; private set; } = long.MinValue;

    /// <summary>Number of events that later ones overwrote before the text was printed.</summary>
    public long Overwritten { get; set; }

    /// <summary>Number of entries in the text according to its headers.</summary>
    public long Entries { get; set; }

    /// <summary>Number of lines that have a head like an event's but are not events, such as those of a stack trace.</summary>
    public long OtherEntries { get; set; }

    /// <summary>True if the text ends without a newline.</summary>
    public bool IsCut { get; set; }

    /// <summary>The stream for an event on a CPU. If the CPU has an open gap, it ends here.</summary>
    public RawEventStream StreamAt(int cpu, long timeNs)
    {
        if (Streams.LastNs(cpu) == long.MinValue)
            LatestFirstNs = Math.Max(LatestFirstNs, timeNs);
        if (Losses.IsAnyOpen)
            Losses.Close(cpu, timeNs);
        return Streams.At(cpu, timeNs);
    }

    /// <summary>
    /// Opens the gap that a line reports where events are missing: the kernel's "CPU:3 [LOST 1234 EVENTS]" and "CPU:3 [LOST EVENTS]"
    /// (kernel/trace/trace.c, print_trace_line), trace-cmd's "CPU:3 [1234 EVENTS DROPPED]" and "CPU:3 [EVENTS DROPPED]". False for other
    /// lines.
    /// </summary>
    public bool TryReadLost(ReadOnlySpan<byte> line)
    {
        int at = 4;
        if (!line.StartsWith("CPU:"u8) || !TextNumbers.TryDigits(line, ref at, CpuStreams.CpusMax - 1, out ulong cpu))
            return false;
        ReadOnlySpan<byte> rest = line[at..];
        bool isLost = rest.StartsWith(" [LOST "u8) && rest.EndsWith("EVENTS]"u8);
        bool isDropped = rest.StartsWith(" ["u8) && rest.EndsWith("EVENTS DROPPED]"u8);
        if (!isLost && !isDropped)
            return false;
        int digits = isLost ? 7 : 2;
        long events = TextNumbers.TryDigits(rest, ref digits, long.MaxValue, out ulong count) ? (long)count : -1;
        Losses.Open((int)cpu, Streams.LastNs((int)cpu), events);
        return true;
    }

    /// <summary>
    /// Ends a part of a text whose lines are in order of time: events before the latest one of the previous part are complete. Does nothing
    /// if rows are created or settled at the end.
    /// </summary>
    public void EndRound(IRounds rounds, ITextNotes notes)
    {
        if (States.AreAnyUnsettled || Tasks.Count > 0)
            return;
        if (_roundNs > long.MinValue)
        {
            if (_rounds++ == 0)
                rounds.Tell(notes.Facts(Shape));
            rounds.Round(Streams.Begun, _roundNs - 1);
        }

        _roundNs = Math.Max(_roundNs, Streams.LatestNs);
    }

    /// <summary>Counts a line that is neither an event line nor another known line.</summary>
    public void NoteUnread() => _unread.Note(Line);

    /// <summary>Counts an event line without a CPU: perf script prints only the fields in <c>-F</c>.</summary>
    public void NoteUnplaced() => _unplaced.Note(Line);

    /// <summary>Counts an event line whose body lacks a necessary field.</summary>
    public void NoteDamaged() => _damaged.Note(Line);

    /// <summary>True after a header that comes after events: another text was appended, possibly of other CPUs.</summary>
    public bool IsAfterHeader { get; private set; }

    /// <summary>Line number of the header of another recording, which is not read; 0 if there is none.</summary>
    public long NextRecordingLine { get; private set; }

    /// <summary>Begins a header. Unread lines before the first header were the recorder's messages.</summary>
    public void BeginTrace()
    {
        if (Events == 0)
            _unread = default;
        NoteHeader();
    }

    /// <summary>Notes that a header begins.</summary>
    public void NoteHeader() => IsAfterHeader = Events > 0;

    /// <summary>
    /// True if the text after a header is another recording: its first event is on a CPU that had events before. Texts of one recording
    /// with one CPU each (per_cpu/cpuN/trace) may follow one another.
    /// </summary>
    public bool IsOtherRecording(int nextCpu)
    {
        if (nextCpu < 0)
            return false;
        IsAfterHeader = false;
        if (Streams.LastNs(nextCpu) == long.MinValue)
            return false;
        NextRecordingLine = Line;
        return true;
    }

    /// <summary>Rejects a text without any readable event. <paramref name="taskEvents"/> is the number from FORK and EXIT lines.</summary>
    public void RejectIfUnread(string format, long taskEvents)
    {
        if (Events == 0 && taskEvents == 0 && _unplaced.Lines + Tasks.Unplaced > 0)
            Reject.Unsupported($"the {format} has no column with the CPU; {WithCpus}");
        if (Events == 0 && _unread.Lines > 0)
            Reject.Unsupported($"the {format} has no readable event line; the first unreadable one is line {_unread.First}");
    }

    public IssueList Issues() => new IssueList()
        .Loss(
            "lost_events", Losses.Lost,
            "The recorder could not keep up and dropped events, or overwrote the oldest.",
            happened: !Losses.All().IsEmpty)
        .Loss(
            "damaged_lines", _damaged.Lines,
            $"Event lines that lack necessary fields were skipped; the first is line {_damaged.First}.")
        .Warn(
            "unread_lines", _unread.Lines,
            $"Lines that are neither events nor other known lines were skipped; the first is line {_unread.First}.")
        .Loss(
            "coloured_lines", Names.ColouredLines,
            "Event names contain terminal colours, so their lines were not used: print them without colours (grep --color=never), or"
            + @" remove the colours with sed 's/\x1b\[[0-9;]*[mK]//g'.")
        .Loss(
            "missing_lines", Entries - Events - OtherEntries - _unread.Lines,
            $"The text lacks some of the {Entries} entries that its header counts: it is cut off, or lines were removed.")
        .Loss(
            "unplaced_lines", _unplaced.Lines,
            $"Event lines without a CPU were skipped, the first is line {_unplaced.First}: {WithCpus}.")
        .Loss(
            "several_recordings", NextRecordingLine > 0 ? 1 : 0,
            $"Another recording begins in line {NextRecordingLine} and was not read: give each recording as a separate file.")
        .Warn("no_final_newline", IsCut ? 1 : 0, "The text ends without a newline: its last line may be cut off.");

    public void Dispose() => Streams.Dispose();

    /// <summary>The number of lines of a kind, and the line number of the first.</summary>
    private struct LineCount
    {
        public long Lines;
        public long First;

        public void Note(long line)
        {
            if (Lines++ == 0)
                First = line;
        }
    }
}

/// <summary>The gaps that lines report: "CPU:3 [LOST 1234 EVENTS]" comes before the first event after the gap on that CPU.</summary>
internal sealed class TextLosses
{
    // A damaged line can claim any number. Sums of limited numbers cannot overflow.
    private const long EventsMax = 1L << 40;

    private readonly List<LossInterval> _losses = [];
    private readonly SortedDictionary<int, LossInterval> _open = [];

    /// <summary>True while a CPU's gap has no end yet.</summary>
    public bool IsAnyOpen { get; private set; }

    /// <summary>Total number of lost events, if they were counted.</summary>
    public long Lost { get; private set; }

    /// <summary>Opens a gap on a CPU, from its latest event. <paramref name="events"/> is -1 if unknown.</summary>
    public void Open(int cpu, long fromNs, long events)
    {
        events = Math.Min(events, EventsMax);
        Lost = Math.Min(Lost + Math.Max(0, events), long.MaxValue / 2);
        if (_open.TryGetValue(cpu, out LossInterval? open))
            _open[cpu] = open with { Events = events < 0 || open.Events < 0 ? -1 : Math.Min(open.Events + events, EventsMax) };
        else
            _open[cpu] = new LossInterval(cpu, fromNs, long.MaxValue, events);
        IsAnyOpen = true;
    }

    /// <summary>Closes a CPU's gap at the time of its next event.</summary>
    public void Close(int cpu, long toNs)
    {
        if (!_open.Remove(cpu, out LossInterval? open))
            return;
        _losses.Add(open with { ToNs = toNs });
        IsAnyOpen = _open.Count > 0;
    }

    /// <summary>Adds a gap whose ends are both known. <paramref name="events"/> is -1 if unknown.</summary>
    public void Add(int cpu, long fromNs, long toNs, long events)
    {
        events = Math.Min(events, EventsMax);
        Lost = Math.Min(Lost + Math.Max(0, events), long.MaxValue / 2);
        _losses.Add(new LossInterval(cpu, fromNs, toNs, events));
    }

    /// <summary>All gaps. Open gaps extend to the end of the recording.</summary>
    public ImmutableArray<LossInterval> All() => [.. _losses, .. _open.Values];
}
