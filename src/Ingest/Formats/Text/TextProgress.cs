using ForkTrace.Ingest.Formats.PerfData;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>What has been read of a text so far: the rows, the gaps, and the lines that could not be read.</summary>
internal sealed class TextProgress(ProbeMap? probes) : IDisposable
{
    private const string WithCpus = "print the recording again with 'perf script -F comm,tid,cpu,time,event,trace'";

    private long _roundNs = long.MinValue;
    private long _rounds;
    private LineCount _unread;
    private LineCount _damaged;
    private LineCount _unplaced;

    public CpuStreams Streams { get; } = new();
    public TextLosses Losses { get; } = new();
    public EventNames Names { get; } = new(probes);
    public SwitchStates States { get; } = new();

    /// <summary>Forks and exits by perf's own records.</summary>
    public TaskRecords Tasks { get; } = new();

    /// <summary>False once the text's tracepoints report forks and exits.</summary>
    public bool WantsTaskRecords { get; set; } = true;

    /// <summary>All that the heads of the lines had.</summary>
    public LineShape Shape { get; set; }

    /// <summary>Number of the current line, from 1.</summary>
    public long Line { get; set; }

    public long Events { get; set; }

    /// <summary>The latest of the CPUs' first times: from then on all CPUs are in the text.</summary>
    public long LatestFirstNs { get; private set; } = long.MinValue;

    /// <summary>Events that later ones took the place of before the text was printed.</summary>
    public long Overwritten { get; set; }

    /// <summary>Entries that headers say the text has.</summary>
    public long Entries { get; set; }

    /// <summary>Lines that have a head like an event's but are not events, such as those of a stack trace.</summary>
    public long OtherEntries { get; set; }

    /// <summary>The text ends without a newline.</summary>
    public bool IsCut { get; set; }

    /// <summary>The stream for an event on a CPU, whose gap, if one is open, ends here.</summary>
    public RawEventStream StreamAt(int cpu, long timeNs)
    {
        if (Streams.LastNs(cpu) == long.MinValue)
            LatestFirstNs = Math.Max(LatestFirstNs, timeNs);
        if (Losses.IsAnyOpen)
            Losses.Close(cpu, timeNs);
        return Streams.At(cpu, timeNs);
    }

    /// <summary>
    /// Opens the gap that a line reports at the place where events are missing: the kernel's "CPU:3 [LOST 1234 EVENTS]" and "CPU:3 [LOST
    /// EVENTS]" (kernel/trace/trace.c, print_trace_line), trace-cmd's "CPU:3 [1234 EVENTS DROPPED]" and "CPU:3 [EVENTS DROPPED]". False for
    /// another line.
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
    /// Ends a part of a text whose lines are in order of time: what is older than the latest event of the part before is complete. Not so
    /// where rows are made or settled at the end.
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

    /// <summary>The line is no event line and nothing else that is known.</summary>
    public void NoteUnread() => _unread.Note(Line);

    /// <summary>Nothing tells the CPU of the event line: perf script prints what <c>-F</c> asks for and no more.</summary>
    public void NoteUnplaced() => _unplaced.Note(Line);

    /// <summary>The event line's body lacks what the event must have.</summary>
    public void NoteDamaged() => _damaged.Note(Line);

    /// <summary>True behind a header that stands behind events: another text was appended, perhaps of other CPUs.</summary>
    public bool IsAfterHeader { get; private set; }

    /// <summary>Line of the header with which another recording begins, which is not read; 0 if there is none.</summary>
    public long NextRecordingLine { get; private set; }

    /// <summary>A header begins: unread lines before the first one were what a recorder said before the trace began.</summary>
    public void BeginTrace()
    {
        if (Events == 0)
            _unread = default;
        NoteHeader();
    }

    /// <summary>A header begins.</summary>
    public void NoteHeader() => IsAfterHeader = Events > 0;

    /// <summary>
    /// True if the text that follows a header is another recording: its first event is on a CPU that had events before. Texts of one
    /// recording, a CPU each (per_cpu/cpuN/trace), may follow one another.
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

    /// <summary>Rejects a text of which nothing could be read; <paramref name="taskEvents"/> came of FORK and EXIT lines.</summary>
    public void RejectIfUnread(string format, long taskEvents)
    {
        if (Events == 0 && taskEvents == 0 && _unplaced.Lines + Tasks.Unplaced > 0)
            Reject.Unsupported($"the {format} has no column that says on which CPU events happened; {WithCpus}");
        if (Events == 0 && _unread.Lines > 0)
            Reject.Unsupported($"no line of the {format} is an event line that is read; the first that is not is line {_unread.First}");
    }

    public IssueList Issues() => new IssueList()
        .Loss(
            "lost_events", Losses.Lost,
            "The recorder could not keep up and dropped events, or overwrote the oldest.",
            happened: !Losses.All().IsEmpty)
        .Loss(
            "damaged_lines", _damaged.Lines,
            $"Event lines lack fields that the event must have, the first in line {_damaged.First}; they were skipped.")
        .Warn(
            "unread_lines", _unread.Lines,
            $"Lines are neither events nor anything else that is known, the first of them line {_unread.First}; they were skipped.")
        .Loss(
            "coloured_lines", Names.ColouredLines,
            "Event names are in a terminal's colours, and their lines were not used: print them without (grep --color=never), or take"
            + @" the colours out with sed 's/\x1b\[[0-9;]*[mK]//g'.")
        .Loss(
            "missing_lines", Entries - Events - OtherEntries - _unread.Lines,
            $"The header tells of {Entries} entries, but the text has fewer: it is cut off, or lines were taken out.")
        .Loss(
            "unplaced_lines", _unplaced.Lines,
            $"Event lines do not say on which CPU they happened, the first of them line {_unplaced.First}; they were skipped:"
            + $" {WithCpus}.")
        .Loss(
            "several_recordings", NextRecordingLine > 0 ? 1 : 0,
            $"Another recording begins in line {NextRecordingLine} and was not read: give each as a file of its own.")
        .Warn("no_final_newline", IsCut ? 1 : 0, "The text ends without a newline: its last line may be cut off.");

    public void Dispose() => Streams.Dispose();

    /// <summary>How many lines there were of a kind, and the number of the first.</summary>
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
    // A damaged line can claim any number; sums of these cannot overflow.
    private const long EventsMax = 1L << 40;

    private readonly List<LossInterval> _losses = [];
    private readonly SortedDictionary<int, LossInterval> _open = [];

    /// <summary>True while a CPU's gap has no end yet.</summary>
    public bool IsAnyOpen { get; private set; }

    /// <summary>Events lost in all, as far as they were counted.</summary>
    public long Lost { get; private set; }

    /// <summary>A gap on a CPU that begins at its latest event; -1 for an unknown number.</summary>
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

    /// <summary>An event came on that CPU: its gap ends.</summary>
    public void Close(int cpu, long toNs)
    {
        if (!_open.Remove(cpu, out LossInterval? open))
            return;
        _losses.Add(open with { ToNs = toNs });
        IsAnyOpen = _open.Count > 0;
    }

    /// <summary>A gap whose both ends are known; -1 for an unknown number.</summary>
    public void Add(int cpu, long fromNs, long toNs, long events)
    {
        events = Math.Min(events, EventsMax);
        Lost = Math.Min(Lost + Math.Max(0, events), long.MaxValue / 2);
        _losses.Add(new LossInterval(cpu, fromNs, toNs, events));
    }

    /// <summary>All gaps; those that no event ended reach to the end of the recording.</summary>
    public ImmutableArray<LossInterval> All() => [.. _losses, .. _open.Values];
}
