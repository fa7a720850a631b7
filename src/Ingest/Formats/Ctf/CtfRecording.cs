namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>The part of a trace that has been read. The streams' readers fill it; at the end it becomes a trace.</summary>
internal sealed class CtfRecording(CtfMetadata metadata, bool keepAll) : IDisposable
{
    private const long NsPerSecond = 1_000_000_000;
    private const long EventsMax = 1L << 40;
    private readonly List<LossInterval> _losses = [];
    private readonly Dictionary<int, TraceInput> _fileOfCpu = [];
    private readonly HashSet<int> _cpusOfSeveralFiles = [];
    private readonly ulong _frequency = Math.Max(1, (ulong)Math.Max(0, Number(metadata.Clock, "freq", NsPerSecond)));

    public CtfMetadata Metadata { get; } = metadata;
    public bool KeepAll { get; } = keepAll;
    public CpuStreams Streams { get; } = new();

    /// <summary>prev_state bits of a dead task.</summary>
    public long DeathMask { get; } = WritesOwnState(metadata)
        ? DeathStates.OwnFromRelease(Release(metadata))
        : DeathStates.FromRelease(Release(metadata));

    /// <summary>Number of packets whose header or events are damaged. The rest of such a packet is skipped.</summary>
    public long Damaged { get; set; }

    /// <summary>Number of streams that end within a packet.</summary>
    public long Cut { get; set; }

    /// <summary>Number of events whose subject is the running thread, if that thread was unknown.</summary>
    public long Unplaced { get; set; }

    /// <summary>Converts cycles of the clock to nanoseconds.</summary>
    public long TimeNs(ulong cycles) =>
        _frequency == NsPerSecond ? (long)cycles : (long)(ulong)((UInt128)cycles * NsPerSecond / _frequency);

    public void AddLoss(int cpu, long fromNs, long toNs, long events) =>
        _losses.Add(new LossInterval(cpu, fromNs, Math.Max(fromNs, toNs), Math.Min(events, EventsMax)));

    /// <summary>Notes that a file has events of a CPU. If there is one such file, it has them in the order in which they were
    /// written.</summary>
    public void NoteFile(int cpu, TraceInput file)
    {
        if (!_fileOfCpu.TryAdd(cpu, file) && _fileOfCpu[cpu] != file)
            _cpusOfSeveralFiles.Add(cpu);
    }

    public DecodedTrace ToTrace() => new()
    {
        Streams = TakeStreams(),
        Skipped = EventTallies.Summed(Events.Select(one => new NamedCount(one.Name, one.Skipped))),
        Facts = new TraceFacts
        {
            Format = "ctf",
            Kernel = Release(Metadata),
            Machine = Env(Metadata, "machine"),
            Host = Env(Metadata, "hostname"),
            Clock = ClockName(),
            WallClockOffsetNs = WallClockOffsetNs(),
            Recorder = $"{Env(Metadata, "tracer_name")} {Env(Metadata, "tracer_major")}.{Env(Metadata, "tracer_minor")}".Trim(' ', '.'),
            Lost = Lost,
            Losses = [.. _losses],
            Issues = [.. Issues()],
        },
    };

    public void Dispose() => Streams.Dispose();

    private IReadOnlyList<RawEventStream> TakeStreams()
    {
        IReadOnlyList<RawEventStream> streams = Streams.Take();
        foreach (RawEventStream stream in streams)
            stream.IsAsWritten = !_cpusOfSeveralFiles.Contains(stream.Cpu);
        return streams;
    }

    private long Lost => _losses.Sum(loss => Math.Max(0, loss.Events));
    private IEnumerable<CtfEventClass> Events => Metadata.Streams.Values.SelectMany(stream => stream.Events.Values);

    private static string Env(CtfMetadata metadata, string key) => metadata.Environment.GetValueOrDefault(key, "");

    // LTTng's name for it, and the name in the output of perf data convert.
    private static string Release(CtfMetadata metadata) =>
        metadata.Environment.GetValueOrDefault("kernel_release") ?? Env(metadata, "release");

    // lttng-modules wrote task_struct's own state until "Fix: update sched prev_state instrumentation for upstream kernel" of September 2019.
    private static bool WritesOwnState(CtfMetadata metadata)
    {
        if (Env(metadata, "tracer_name") != "lttng-modules" || !metadata.Environment.ContainsKey("tracer_minor"))
            return false;
        (long Major, long Minor) version = (Number(metadata.Environment, "tracer_major", 0), Number(metadata.Environment, "tracer_minor", 0));
        long patch = Number(metadata.Environment, "tracer_patchlevel", 0);
        return version switch
        {
            (2, 9) => patch < 15,
            (2, 10) => patch < 12,
            _ => version.CompareTo((2, 9)) < 0,
        };
    }

    private static long Number(Dictionary<string, string> values, string key, long otherwise) =>
        long.TryParse(values.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : otherwise;

    private string ClockName() => Metadata.Clock.GetValueOrDefault("name", "") switch
    {
        "monotonic" => "mono",
        "perf_clock" => "perf",
        string other => other,
    };

    private long? WallClockOffsetNs()
    {
        if (!Metadata.Clock.ContainsKey("offset") && !Metadata.Clock.ContainsKey("offset_s"))
            return null;
        Int128 cycles = (Int128)Number(Metadata.Clock, "offset", 0) * NsPerSecond / _frequency;
        Int128 offset = cycles + ((Int128)Number(Metadata.Clock, "offset_s", 0) * NsPerSecond);
        return offset >= long.MinValue && offset <= long.MaxValue ? (long)offset : null;
    }

    private IssueList Issues()
    {
        string howMany = Lost > 0 ? "at least so many events are missing" : "an unknown number of events is missing";
        string lost = $"The tracer's buffers were full: {howMany}, {IssueList.InPlaces(_losses.Count)}.";
        const string NoThread =
            "Events of the running thread were not used if no switch or context (lttng add-context -k -t tid) shows which thread it is.";
        IssueList issues = new IssueList().Loss("lost_events", Lost, lost, happened: _losses.Count > 0);
        foreach (CtfEventClass one in Events.Where(one => one.MissingField is not null))
            EventTallies.TellMissing(issues, one.Name, one.MissingField!, one.Skipped);
        return issues
            .Loss("damaged_records", Damaged, "Packets are damaged; the rest of each was skipped.")
            .Loss("truncated", Cut, "Streams end within a packet.")
            .Warn("unplaced_events", Unplaced, NoThread);
    }
}
