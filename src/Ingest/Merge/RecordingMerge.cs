namespace ForkTrace.Ingest.Merge;

/// <summary>Several files of one recording: checks that their times can be compared, and makes one trace of them.</summary>
internal sealed class RecordingMerge : IRecordingInput
{
    private const int NamesShown = 4;

    private readonly List<RecordingFile> _files = [];

    /// <inheritdoc/>
    public string Name => _files.Count <= NamesShown
        ? string.Join(" + ", _files.Select(file => file.Input.Name))
        : string.Create(CultureInfo.InvariantCulture, $"{_files[0].Input.Name} + {_files.Count - 1} more");

    /// <inheritdoc/>
    public long SizeBytes => _files.Sum(file => file.Input.SizeBytes);

    /// <inheritdoc/>
    public string Digest => RecordingDigest.OfFiles(_files.Select(file => (file.Input.Digest, file.Input.Name)));

    /// <summary>False: pipes are copied first.</summary>
    public bool IsPipe => false;

    /// <summary>Takes ownership of a decoded file and its input. Messages use the name.</summary>
    public void Add(string name, TraceInput input, DecodedTrace decoded) => _files.Add(new RecordingFile(name, input, decoded));

    /// <summary>The file that was added last.</summary>
    public DecodedTrace Latest => _files[^1].Decoded;

    /// <summary>The files as one recording. Rejects files that do not belong to one. This object still owns them.</summary>
    public DecodedTrace Joint()
    {
        // The host comes first, whatever the order on the command line, so that its CPUs keep their numbers.
        RecordingFile[] guests = [.. _files.Where(IsGuest)];
        _files.RemoveAll(guests.Contains);
        _files.AddRange(guests);
        ComparableClocks.Require(_files, IsGuest);
        int cpus = _files.Where(file => !IsGuest(file)).Max(file => file.Cpus);
        int machines = 1;
        List<LossInterval> losses = [];
        foreach (RecordingFile file in _files)
        {
            int firstCpu = 0;
            if (IsGuest(file))
            {
                firstCpu = cpus;
                foreach (RawEventStream stream in file.Decoded.Streams)
                    stream.MoveTo(machines, firstCpu);
                machines++;
                cpus += file.Cpus;
                if (cpus > ushort.MaxValue)
                    Reject.Unsupported($"the files have {cpus} CPUs together, but at most {ushort.MaxValue} are supported");
            }

            losses.AddRange(file.Decoded.Facts.Losses.Select(loss => loss.Cpu < 0 ? loss : loss with { Cpu = loss.Cpu + firstCpu }));
        }

        return new DecodedTrace
        {
            Streams = [.. _files.SelectMany(file => file.Decoded.Streams)],
            Facts = JointFacts(cpus, machines) with { Losses = [.. losses] },
            Skipped = EventTallies.Summed(_files.SelectMany(file => file.Decoded.Skipped).Select(one => new NamedCount(one.Key, one.Value))),
            Probes = _files[0].Decoded.Probes,
        };
    }

    /// <inheritdoc cref="TraceInput.RequireUnchanged"/>
    public void RequireUnchanged() => _files.ForEach(file => file.Input.RequireUnchanged());

    public void Dispose()
    {
        foreach (RecordingFile file in _files)
        {
            file.Decoded.Dispose();
            file.Input.Dispose();
        }
    }

    private bool IsGuest(RecordingFile file) =>
        file.Decoded.HostTraceId != 0 && _files.Any(host => host != file && host.Decoded.TraceId == file.Decoded.HostTraceId);

    private TraceFacts JointFacts(int cpus, int machines)
    {
        TraceFacts first = _files[0].Decoded.Facts;
        string[] formats = [.. _files.Select(file => file.Decoded.Facts.Format).Distinct(StringComparer.Ordinal)];
        string[] recorders = [.. _files.Select(file => file.Decoded.Facts.Recorder).Where(recorder => recorder.Length > 0)];
        return first with
        {
            Format = string.Join(" + ", formats),
            Recorder = string.Join("; ", recorders.Distinct(StringComparer.Ordinal)),
            Cpus = cpus,
            CpuNodes = machines == 1 ? first.CpuNodes : [],
            CpuCaches = machines == 1 ? first.CpuCaches : [],
            WallClockOffsetNs = _files.Select(file => file.Decoded.Facts.WallClockOffsetNs).FirstOrDefault(offset => offset is not null),
            Lost = _files.Sum(file => file.Decoded.Facts.Lost),
            Issues = [.. _files.SelectMany(NamedIssues), .. MergeIssues(machines)],
        };
    }

    private static IEnumerable<ImportIssue> NamedIssues(RecordingFile file) =>
        file.Decoded.Facts.Issues.Select(issue => issue with { Message = $"{file.Input.Name}: {issue.Message}" });

    private IssueList MergeIssues(int machines)
    {
        const string Machines =
            "A host and its guests were merged: a guest's CPUs are numbered after the host's, its tids are separate, and RCU grace"
            + " periods of one machine are assumed to hold on the others too.";
        const string Missing =
            "Between two files there are no events for longer than half of the shorter file: a file may be missing, and its events with it.";
        return new IssueList()
            .Tell("merged_files", _files.Count, "The files were merged by time.")
            .Warn("merged_machines", machines > 1 ? machines : 0, Machines)
            .Warn("missing_file", GapsBetweenFiles(), Missing);
    }

    // Files follow each other without a gap, so one that is as long as half a file is probably a file.
    private int GapsBetweenFiles()
    {
        int gaps = 0;
        (long FirstNs, long LastNs)[] times = [.. _files.Select(file => file.Times()).Where(time => time.FirstNs <= time.LastNs).Order()];
        for (int file = 1; file < times.Length; file++)
        {
            long shorterNs = Math.Min(times[file - 1].LastNs - times[file - 1].FirstNs, times[file].LastNs - times[file].FirstNs);
            gaps += times[file].FirstNs - times[file - 1].LastNs > shorterNs / 2 ? 1 : 0;
        }

        return gaps;
    }
}

/// <summary>One of several files of a recording.</summary>
internal sealed record RecordingFile(string Path, TraceInput Input, DecodedTrace Decoded)
{
    /// <summary>CPUs of its machine, as far as the file shows.</summary>
    public int Cpus { get; } = Math.Max(Decoded.Facts.Cpus, Decoded.Streams.Select(stream => stream.Cpu + 1).DefaultIfEmpty(0).Max());

    /// <summary>Time of the earliest and latest row; (long.MaxValue, long.MinValue) if there is none.</summary>
    public (long FirstNs, long LastNs) Times() => (
        Decoded.Streams.Select(stream => stream.FirstNs).DefaultIfEmpty(long.MaxValue).Min(),
        Decoded.Streams.Select(stream => stream.LastNs).DefaultIfEmpty(long.MinValue).Max());
}
