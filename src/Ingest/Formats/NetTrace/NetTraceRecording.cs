namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>Events of one provider and number, with their index in the metadata; -1 if they are not described.</summary>
internal sealed record NetTraceSource(string Provider, int Place)
{
    public long Events { get; set; }
}

/// <summary>The part of a trace that has been read. The reader fills it; at the end it becomes a trace.</summary>
internal sealed class NetTraceRecording(NetTraceScan scan, bool keepAll) : IDisposable
{
    /// <summary>The advice in the rejection of a trace without kernel events.</summary>
    public const string HowToRecord =
        "record with 'dotnet-trace collect-linux --perf-events sched:sched_process_fork,sched:sched_process_exit,"
        + "sched:sched_process_free,sched:sched_switch,task:task_newtask'";

    private const int ProvidersShown = 3;
    private readonly List<LossInterval> _losses = [];
    private long _firstNs = -1;
    private long _lastNs;
    private int _lost;

    public TracepointDecoder Decoder { get; } =
        new([.. scan.Metadata.Events.Select(one => one.Format)], FunctionNames.None, swap: false, keepAll);

    public EventTally Tally { get; } = new();
    public CpuStreams Tracepoints { get; } = new();

    /// <summary>Rows of process starts and ends, used if there are no tracepoints.</summary>
    public CpuStreams Processes { get; } = new();

    /// <summary>The sources of all events except process events.</summary>
    public List<NetTraceSource> Sources { get; } = [];

    /// <summary>Number of damaged blocks and events.</summary>
    public long Damaged { get; set; } = scan.Damaged;

    /// <summary>Number of CPUs of the machine; 0 if the trace does not say.</summary>
    public int Cpus { get; set; }

    /// <summary>Adds the number of events lost before an event. If events are out of order, TraceEvent reports a loss too early.</summary>
    public void NoteLosses(int lost, long timeNs)
    {
        if (_firstNs < 0)
            _firstNs = _lastNs = timeNs;
        if (!scan.IsUnsorted)
            AddLosses(lost, timeNs);
        _lastNs = Math.Max(_lastNs, timeNs);
    }

    /// <summary>Adds the number of events lost at the end.</summary>
    public void EndLosses(int lost)
    {
        long fromNs = scan.IsUnsorted ? _firstNs : _lastNs;
        if (lost > _lost)
            _losses.Add(new LossInterval(-1, Math.Max(fromNs, 0), _lastNs, lost - _lost));
    }

    public DecodedTrace ToTrace()
    {
        bool hasTracepoints = Tracepoints.All.Any(stream => EventKinds.All.Any(kind => stream.CountsByKind[(int)kind] > 0));
        if (!hasTracepoints && Processes.All.Count == 0 && (scan.IsObjects || (!scan.IsCut && Damaged == 0)))
            Reject.Unsupported($"{Holdings()}, and none of the kernel; {HowToRecord}");
        if (scan.HasWideCpu)
        {
            Reject.Unsupported(
                "the nettrace has events of a CPU above 255 or without a CPU, which TraceEvent cannot tell apart; record with 'perf record -a'");
        }

        return new DecodedTrace
        {
            Streams = (hasTracepoints ? Tracepoints : Processes).Take(),
            Skipped = EventTallies.Skipped(Decoder, [Tally]),
            Facts = new TraceFacts
            {
                Format = "nettrace",
                Clock = "nettrace",
                Cpus = Cpus,
                WallClockOffsetNs = scan.Header.WallClockOffsetNs,
                Lost = Lost,
                Losses = [.. _losses],
                Issues = [.. Issues(hasTracepoints), .. EventTallies.Issues(Decoder, [Tally])],
            },
        };
    }

    public void Dispose()
    {
        Tracepoints.Dispose();
        Processes.Dispose();
    }

    private void AddLosses(int lost, long timeNs)
    {
        if (lost > _lost)
            _losses.Add(new LossInterval(-1, _lastNs, Math.Max(_lastNs, timeNs), lost - _lost));
        _lost = lost;
    }

    // Names the providers with the most events, so that the user sees what was recorded.
    private string Holdings()
    {
        (string Name, long Events)[] providers =
        [
            .. Sources.GroupBy(source => source.Provider).Select(group => (Name: group.Key, Events: group.Sum(source => source.Events)))
                .OrderByDescending(provider => provider.Events).ThenBy(provider => provider.Name, StringComparer.Ordinal),
        ];
        string version = scan.IsObjects ? "version 4 or 5, of one .NET process," : "version 6";
        if (providers.Length == 0)
            return $"the nettrace ({version.TrimEnd(',')}) has no events";
        string shown = string.Join(", ", providers.Take(ProvidersShown).Select(provider => $"{provider.Events} of {provider.Name}"));
        string more = providers.Length > ProvidersShown ? $" and those of {providers.Length - ProvidersShown} other providers" : "";
        return $"the nettrace ({version.TrimEnd(',')}) has the events {shown}{more}";
    }

    private long Lost => _losses.Sum(loss => loss.Events);

    private IssueList Issues(bool hasTracepoints)
    {
        const string Assumed = "The recorder does not describe all fields; the others were read at their places in Linux 3.0 to 6.18.";
        const string NoThreads = "No tracepoints were recorded: the trace shows processes, but not their threads or releases of stacks.";
        return new IssueList()
            .Loss("lost_events", Lost, $"The recorder dropped events, {IssueList.InPlaces(_losses.Count)}.")
            .Loss("damaged_records", Damaged, "Blocks or events are damaged; they were skipped.")
            .Loss("truncated", scan.IsCut ? 1 : 0, "The trace ends before its last block.")
            .Warn("assumed_fields", hasTracepoints && scan.Metadata.HasAssumedFields ? 1 : 0, Assumed)
            .Warn("processes_only", hasTracepoints ? 0 : 1, NoThreads);
    }
}
