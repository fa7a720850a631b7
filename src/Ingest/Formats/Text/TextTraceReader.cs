namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Reads a text in one pass over its bytes: finds line ends, splits lines, fills rows. It creates no strings and allocates nothing per
/// line. A line that cannot be read is counted and skipped.
/// </summary>
internal sealed class TextTraceReader<TGrammar>(IngestOptions options, ITextNotes notes)
    where TGrammar : struct, ILineGrammar
{
    // No line of a trace is longer than this.
    private const int WindowBytes = 1 << 20;

    private readonly bool _keepAll = options.KeepAll;
    private readonly bool _hasProbeMap = options.Probes is not null;

    public DecodedTrace Read(TraceInput input) => Read(input, [(0, input.Length)]);

    /// <summary>Reads parts of the input, each from the beginning of a line.</summary>
    public DecodedTrace Read(TraceInput input, IReadOnlyList<(long Start, long End)> parts)
    {
        using TextProgress progress = new(options.Probes);
        foreach ((long start, long end) in parts)
        {
            ReadPart(input, start, end, progress);
            if (progress.NextRecordingLine > 0)
                break;
        }

        return ToTrace(progress);
    }

    private void ReadPart(TraceInput input, long start, long end, TextProgress progress)
    {
        InputWindow source = new(input);
        for (long at = start; at < end;)
        {
            ReadOnlySpan<byte> window = source.SliceUpTo(at, (int)Math.Min(WindowBytes, end - at));
            int length = window.LastIndexOf((byte)'\n') + 1;
            if (length == 0 || at + window.Length == end)
                length = window.Length;
            ReadLines(window[..length], progress);
            if (progress.NextRecordingLine > 0)
                return;
            progress.IsCut = window[length - 1] != '\n' && at + length == input.Length;
            at += length;
            if (options.Rounds is { } rounds)
                progress.EndRound(rounds, notes);
            options.Progress?.Invoke((double)at / input.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadLines(ReadOnlySpan<byte> text, TextProgress progress)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            progress.Line++;
            if (!line.IsEmpty && line[^1] is (byte)'\r' or (byte)'\\')
                line = WithoutLineEnd(line);
            if (!line.IsEmpty && !TGrammar.IsContinuation(line))
                ReadLine(line, progress);
            if (progress.IsAfterHeader && progress.IsOtherRecording(FollowingText.FirstCpu<TGrammar>(text)))
                return;
        }
    }

    // "\r", and "\n\", the escaped line end of old systrace pages.
    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> line) =>
        line[^1] == '\r' ? line[..^1] : line.EndsWith("\\n\\"u8) ? line[..^3] : line;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadLine(ReadOnlySpan<byte> line, TextProgress progress)
    {
        if (!TGrammar.TryReadHead(line, out LineHead head))
        {
            if (!notes.TryRead(line, progress))
                progress.NoteUnread();
            return;
        }

        progress.Times.Note(head.Time);
        ReadOnlySpan<byte> rest = line[head.EventAt..];
        if (!TGrammar.TrySplitEvent(rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body))
        {
            if (notes.TryReadHeaded(in head, rest, progress))
                progress.OtherEntries++;
            else
                progress.NoteUnread();
            return;
        }

        const LineShape Units = LineShape.Ticks | LineShape.Relative;
        if (progress.Events > 0 && ((head.Shape ^ progress.Shape) & Units) != 0)
        {
            // Times in another unit cannot be compared with the earlier times.
            progress.NoteUnread();
            return;
        }

        // The CPU is not guessed, because all results are about the caches of CPUs.
        if ((head.Shape & LineShape.NoCpu) != 0)
        {
            progress.NoteUnplaced();
            return;
        }

        progress.Events++;
        progress.Shape |= head.Shape;
        ReadEvent(in head, name, body, progress);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEvent(in LineHead head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body, TextProgress progress)
    {
        TextEvent named = progress.Names.Find(name);
        RawEventStream stream = progress.StreamAt(head.Cpu, head.Time);
        named.Lines++;
        if (!named.IsKnown || (!_keepAll && named.Kind is EventKind.Wakeup or EventKind.WakeupNew or EventKind.Migrate))
        {
            stream.Count(named.Kind);
            return;
        }

        progress.Times.NoteEvent(head.Time);
        RawEvent row = default;
        row.TimeNs = head.Time;
        row.Tid = head.Tid;
        row.OtherTid = -1;
        row.Kind = named.Kind;
        BodyOutcome outcome = EventBody.Read(named, body, ref row, stream, progress.States);
        if (outcome == BodyOutcome.Row && _hasProbeMap && named.Mapped.Length == 0 && ProbeMap.Replaces(row.Kind))
            outcome = BodyOutcome.Other;
        if (outcome == BodyOutcome.Row && (_keepAll || EventKinds.IsStoredByDefault(row.Kind)))
            stream.Add(in row);
        else if (outcome == BodyOutcome.Unreadable)
            progress.NoteDamaged();
        else if (outcome == BodyOutcome.Row)
            stream.Count(row.Kind);
        else
        {
            stream.Count(EventKind.None);
            named.Others++;
        }
    }

    private DecodedTrace ToTrace(TextProgress progress)
    {
        TraceFacts facts = notes.Facts(progress.Shape);
        IReadOnlyList<RawEventStream> taskStreams = progress.Tasks.ToStreams(!progress.Names.HasForks, !progress.Names.HasExits);
        progress.RejectIfUnread(facts.Format, taskStreams.Sum(stream => stream.Rows));
        if (notes.IsInOrder)
            progress.Times.RequireClock(facts.Format);
        if (progress.Overwritten > 0)
            progress.Losses.Add(-1, long.MinValue, progress.Events > 0 ? progress.LatestFirstNs : long.MaxValue, progress.Overwritten);
        IReadOnlyList<RawEventStream> streams = progress.Streams.Take();
        foreach (RawEventStream stream in streams)
            stream.IsAsWritten = true;
        IssueList repeats = FollowingText.Issues(streams);
        progress.States.Settle(streams, isNewPrinter: (progress.Shape & (LineShape.Flags | LineShape.FusedCpu)) == LineShape.Flags);
        return new DecodedTrace
        {
            Streams = [.. streams, .. taskStreams],
            Skipped = progress.Names.Skipped(),
            Facts = facts with
            {
                ClockUnit = (progress.Shape & LineShape.Ticks) != 0 ? "ticks" : "ns",
                Lost = progress.Losses.Lost,
                Losses = progress.Losses.All(),
                Issues = [.. facts.Issues, .. progress.Tasks.Issues(), .. progress.Issues(), .. repeats],
            },
        };
    }
}

/// <summary>The grammar of the lines in one kind of text. Implemented by empty structs, so the reading loop is compiled for each.</summary>
internal interface ILineGrammar
{
    /// <summary>Reads the part before the event's name. False if the line is not an event line.</summary>
    static abstract bool TryReadHead(ReadOnlySpan<byte> line, out LineHead head);

    /// <summary>Splits the rest after the head into the event's name (with its system, if the text has it) and body.</summary>
    static abstract bool TrySplitEvent(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body);

    /// <summary>True for lines that belong to the event before them, such as call chains. Called before the head is read.</summary>
    static abstract bool IsContinuation(ReadOnlySpan<byte> line);
}

/// <summary>The part of a line before the event's name.</summary>
internal struct LineHead
{
    /// <summary>Time in nanoseconds, or in ticks of a clock that does not count nanoseconds (<see cref="LineShape.Ticks"/>).</summary>
    public long Time;

    /// <summary>The running thread; -1 if perf did not know it.</summary>
    public int Tid;

    /// <summary>CPU of the event; not set with <see cref="LineShape.NoCpu"/>.</summary>
    public int Cpu;

    /// <summary>Offset in the line after the time's colon.</summary>
    public int EventAt;

    public LineShape Shape;
}

/// <summary>The optional parts in the head of an event line. They give the name of the text's style in its facts.</summary>
[Flags]
internal enum LineShape
{
    None = 0,

    /// <summary>A (TGID) column.</summary>
    Tgid = 1,

    /// <summary>A column of irq and preemption flags.</summary>
    Flags = 2,

    /// <summary>CPU number and flags in one word: latency-format, <c>trace-cmd report -l</c>.</summary>
    FusedCpu = 4,

    /// <summary>No CPU at all.</summary>
    NoCpu = 8,

    /// <summary>Process and thread as <c>pid/tid</c>.</summary>
    PidAndTid = 16,

    /// <summary>Times with nine decimals.</summary>
    Nanoseconds = 32,

    /// <summary>Times that are bare numbers of the clock's own unit.</summary>
    Ticks = 64,

    /// <summary>Times in microseconds since the start of the trace: latency-format.</summary>
    Relative = 128,

    /// <summary>Flags of four columns: older kernels, which do not show migrate_disable.</summary>
    FourFlags = 256,
}

/// <summary>Reads the lines of one kind of text that are not events: headers, gaps and others.</summary>
internal interface ITextNotes
{
    /// <summary>Format, kernel, machine, clock, CPUs and recorder, if the text contains them, and issues.</summary>
    /// <param name="shape">The optional parts that appeared in the heads of event lines.</param>
    TraceFacts Facts(LineShape shape);

    /// <summary>True if the lines are in order of time.</summary>
    bool IsInOrder => false;

    /// <summary>Reads a line that is not an event line. False if its kind is unknown.</summary>
    bool TryRead(ReadOnlySpan<byte> line, TextProgress progress);

    /// <summary>
    /// Reads a line that has a head but no event name. False if its kind is unknown. Most such lines are part of another event, for example
    /// " &lt;stack trace&gt;", or are printed by a tracer without a name.
    /// </summary>
    bool TryReadHeaded(in LineHead head, ReadOnlySpan<byte> rest, TextProgress progress) => true;
}
