namespace ForkTrace.Ingest.Merge;

/// <summary>Several files of one recording: checks that their times can be compared, and makes one trace of them.</summary>
internal sealed class RecordingMerge : IDisposable
{
    private readonly List<RecordingFile> _files = [];

    /// <summary>Takes ownership of a decoded file and its input. Messages use the name.</summary>
    public void Add(string name, TraceInput input, DecodedTrace decoded) => _files.Add(new RecordingFile(name, input, decoded));

    /// <summary>The joint table. Rejects files that do not belong to one recording.</summary>
    public EventTable Assemble()
    {
        // The host comes first, whatever the order on the command line, so that its CPUs keep their numbers.
        _files.Sort((left, right) => IsGuest(left).CompareTo(IsGuest(right)));
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

        TraceFacts facts = JointFacts(cpus, machines) with { Losses = [.. losses] };
        RawEventStream[] streams = [.. _files.SelectMany(file => file.Decoded.Streams)];
        ImmutableSortedDictionary<string, long> skipped = EventTallies.Summed(
            _files.SelectMany(file => file.Decoded.Skipped).Select(one => new NamedCount(one.Key, one.Value)));
        return TraceAssembler.Assemble(streams, facts, skipped, Digest, _files[0].Decoded.Probes);
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
            Trace = string.Join(" + ", _files.Select(file => file.Input.Name)),
            SizeBytes = _files.Sum(file => file.Input.SizeBytes),
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
        return new IssueList()
            .Tell("merged_files", _files.Count, "The files were merged by time.")
            .Warn("merged_machines", machines > 1 ? machines : 0, Machines);
    }

    private string Digest() => RecordingDigest.OfFiles(_files.Select(file => (file.Input.Digest, file.Input.Name)));
}

/// <summary>One of several files of a recording.</summary>
internal sealed record RecordingFile(string Path, TraceInput Input, DecodedTrace Decoded)
{
    /// <summary>CPUs of its machine, as far as the file shows.</summary>
    public int Cpus { get; } = Math.Max(Decoded.Facts.Cpus, Decoded.Streams.Select(stream => stream.Cpu + 1).DefaultIfEmpty(0).Max());

    /// <summary>Time of the earliest and latest row; (long.MaxValue, long.MinValue) if there is none.</summary>
    public (long FirstNs, long LastNs) Times()
    {
        (long first, long last) = (long.MaxValue, long.MinValue);
        foreach (RawEventStream stream in Decoded.Streams.Where(stream => stream.Rows > 0))
        {
            first = Math.Min(first, stream.Chunk(0)[0].TimeNs);
            last = Math.Max(last, stream.Chunk(stream.ChunkCount - 1)[^1].TimeNs);
        }

        return (first, last);
    }
}
