namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>The part of a recording that has been read. The reader and the record loop fill it; at the end it becomes a trace.</summary>
internal sealed class PerfRecording(PerfHeader header, bool keepAll, UnpackBudget budget, ProbeMap? probes = null) : IDisposable
{
    private TaskRecordReader? _tasks;
    private long _roundNs = long.MinValue + 1;
    private long _rounds;
    private long _lostTold;

    /// <summary>True if the recorder's byte order is not this machine's.</summary>
    public bool Swap => header.Swap;

    /// <summary>The limit for the unpacked size of compressed records.</summary>
    public UnpackBudget Budget { get; } = budget;

    public AttributeTable Attributes { get; } = new();
    public PerfFeatures Features { get; } = new();
    public CpuStreams Streams { get; } = new();
    public LossLedger Losses { get; } = new();
    public RecordCounts Counts { get; } = new();
    public EventTally Tally { get; } = new();

    /// <summary>CPUs that went offline.</summary>
    public CpuDepartures Departures { get; } = new();

    /// <summary>Forks and exits in perf's own records.</summary>
    public TaskRecordReader Tasks => _tasks ??= new TaskRecordReader(Attributes, Counts);

    /// <summary>Decodes tracepoint records; null until the event formats have been read.</summary>
    public TracepointDecoder? Decoder { get; private set; }

    /// <summary>Receives the rounds while the recording is being read. May be null.</summary>
    public IRounds? Rounds { get; set; }

    /// <summary>
    /// Ends a round, in which perf record emptied all buffers once. Events up to the latest one of the previous round are complete
    /// (tools/perf/util/ordered-events.c).
    /// </summary>
    public void EndRound()
    {
        if (Rounds is null || Decoder is null)
            return;
        Tasks.Decide(Decoder);
        if (Tasks.WantsForks || Tasks.WantsExits)
        {
            // perf's own task records are only used at the end.
            if (Rounds.IsLive)
            {
                Reject.Unsupported(
                    "the recording lacks a tracepoint for forks or exits, so it cannot be read as it arrives; add"
                    + " '-e sched:sched_process_fork -e sched:sched_process_exit' to perf record");
            }

            return;
        }

        if (_rounds++ == 0 || Losses.Lost != _lostTold)
            Rounds.Tell(FactsOfHead() with { Lost = _lostTold = Losses.Lost, Losses = Losses.LatestGaps });
        Departures.Note(Streams.Begun);
        Rounds.Round(Streams.Begun, _roundNs - 1);
        _roundNs = Math.Max(_roundNs, Streams.LatestNs);
    }

    /// <summary>Reads the event formats and symbols. Ignores a second block, because no recorder writes two.</summary>
    public void ReadTracingData(ReadOnlySpan<byte> block, long offset)
    {
        if (Decoder is not null)
            return;
        ByteCursor cursor = new(block, offset, Swap);
        TracingData data = TracingData.ReadBlock(ref cursor, probes?.Functions);
        Decoder = new TracepointDecoder(data.Formats, data.Functions, cursor.Swap, keepAll, probes);
    }

    /// <summary>The decoder. If there is none, rejects the recording with the reason.</summary>
    public TracepointDecoder RequireDecoder(bool isFinished)
    {
        if (Decoder is { } decoder)
            return decoder;
        if (HasNoTracepoints)
        {
            if (Attributes.OfTaskRecords is not null || Tasks.Records.Count > 0)
                return Decoder = new TracepointDecoder([], FunctionNames.None, Swap, keepAll);
            Reject.Unsupported(
                "the recording has no tracepoints, and no FORK or EXIT records; record them with"
                + " 'perf record -a -e sched:sched_process_fork ...'");
        }

        if (!isFinished)
        {
            Reject.Unsupported(
                "perf record was killed before it wrote the event formats at the end of the file, so the events cannot be decoded;"
                + " 'perf record -o - > FILE' writes them first");
        }

        throw new IngestException(
            "unsupported",
            "the recording has no event formats (tracing data), so its events cannot be decoded; record as root, or with"
            + " read access to /sys/kernel/tracing");
    }

    public DecodedTrace ToTrace()
    {
        TracepointDecoder decoder = RequireDecoder(header.IsFinished);
        Tasks.Decide(decoder);
        IReadOnlyList<RawEventStream> taskStreams = Tasks.Records.ToStreams(Tasks.WantsForks, Tasks.WantsExits);
        if (Streams.All.Count + taskStreams.Count == 0 && Counts.UnplacedSamples + Tasks.Records.Unplaced > 0)
            Reject.Unsupported($"the events do not have CPUs; {AttributeTable.WithCpus}");
        Departures.Note(Streams.Begun);
        UnrecordedCpus unrecorded = new(Departures.Intervals(Streams), Attributes, Features.CpusOnline);
        return new DecodedTrace
        {
            Streams = [.. Streams.Take(), .. taskStreams],
            Skipped = EventTallies.Summed(
            [
                .. EventTallies.Counts(decoder, Tally),
                .. Attributes.All.Select(one => new NamedCount(one.Name, one.SkippedSamples)),
            ]),
            Facts = FactsOfHead() with
            {
                Lost = Losses.Lost,
                Losses = [.. Losses.Intervals(Streams), .. unrecorded.Intervals],
                Issues =
                [
                    .. Losses.Issues(), .. RecordingIssues(), .. unrecorded.Issues(), .. Tasks.Records.Issues(), .. Counts.Issues(),
                    .. Features.Issues(),
                    .. EventTallies.Issues(decoder, [Tally]),
                ],
            },
        };
    }

    public void Dispose() => Streams.Dispose();

    private TraceFacts FactsOfHead()
    {
        PerfAttribute? tracepoint = Attributes.All.FirstOrDefault(attribute => attribute.Layout.HasRecord) ?? Attributes.OfTaskRecords;
        return new TraceFacts
        {
            Format = header.IsPipe ? "perf.data (pipe)" : "perf.data",
            Kernel = Features.Kernel,
            Machine = Features.Machine,
            Host = Features.Host,
            Clock = ClockName(tracepoint?.ClockId),
            WallClockOffsetNs = Features.WallClockOffsetNs(tracepoint?.ClockId),
            Cpus = Features.Cpus,
            CpuNodes = Features.CpuNodes,
            CpuCaches = Features.CpuCaches,
            Recorder = Features.CommandLine,
        };
    }

    // Reports the events that perf record left out because of its options.
    private IssueList RecordingIssues()
    {
        string[] sampled = [.. Attributes.All.Where(one => one is { Layout.HasRecord: true, IsEveryEvent: false }).Select(one => one.Name)];
        string others = HasNoTracepoints
            ? "tasks of other commands are missing."
            : "other tasks are missing, and so are each task's last switch and most sched_process_free.";
        return new IssueList()
            .Loss("sampled_events", sampled.Length, $"Only some events were recorded of {string.Join(", ", sampled)} (-c or -F was given).")
            .Loss(
                "overwritten", Attributes.All.Any(one => one.IsOverwritten) ? 1 : 0,
                "Recorded with --overwrite: only the latest events were kept.")
            .Warn(TraceFacts.SingleTasksCode, Attributes.IsOfTasks || IsOfTasks(Features.CommandLine) ? 1 : 0, $"Recorded without -a: {others}");
    }

    // "perf record -p 5": older perfs and simpleperf have no other mark of it. The options of a workload cannot mislead, because "perf record"
    // without -a records only the workload. "perf sched record" records all tasks.
    private static bool IsOfTasks(string command)
    {
        string[] options = [.. command.Split(' ').TakeWhile(word => word != "--").Select(word => word.Split('=')[0])];
        return options is [_, "record", ..]
            && options.Any(option => option is "-p" or "--pid" or "-t" or "--tid")
            && !options.Any(option => option is "-a" or "--all-cpus" or "-C" or "--cpu");
    }

    private bool HasNoTracepoints => Attributes.All.Count > 0 && !Attributes.All.Any(attribute => attribute.IsTracepoint);

    /// <summary>The name of a POSIX clock: ftrace's name if it has the clock, else perf's (tools/perf/util/clockid.c).</summary>
    public static string ClockName(int? clockId) => clockId switch
    {
        null => "perf",
        0 => "realtime",
        1 => "mono",
        4 => "mono_raw",
        7 => "boot",
        11 => "tai",
        int other => $"clockid {other}",
    };
}
