namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>trace.dat of trace-cmd, versions 6 and 7: headers, options, and a sequence of ring-buffer pages per CPU.</summary>
internal sealed class TraceDatFormat : ITraceFormat
{
    private const int SearchedBytes = 1 << 20;

    public FormatDescriptor Descriptor { get; } = new(
        "trace.dat",
        "Recordings of trace-cmd (record, extract, convert): versions 6 and 7, compressed with zstd, zlib or not, either byte order; folders"
        + " of raw pages (trace_pipe_raw) with header_page and event formats of tracefs beside them.",
        "All events with their formats, times of the trace clock, lost events by CPU, kernel release, function addresses.",
        "Versions before 6; the command line of the recorder; texts of latency tracers that ftrace-text does not support.")
    {
        TakesProbeMap = true,
        HasInstances = true,
    };

    // perf's tracing data begins in the same way, but its version begins with 0.
    public bool Sniff(ReadOnlySpan<byte> prefix) =>
        prefix.Length > TracingData.Magic.Length && prefix.StartsWith(TracingData.Magic) && prefix[TracingData.Magic.Length] != '0';

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        TraceDatHead head = TraceDatHead.Read(input, options.UnpackedMaxBytes, options.Probes?.Functions);
        if (options.Instances.IsEmpty && !head.Buffers.Any(buffer => buffer.HasData) && head.Texts.Count > 0)
            return TextBufferReader.Read(input, head, options);
        CpuSections.RejectOverlaps(head.Buffers);
        IssueList issues = [];
        IReadOnlyList<TraceDatBuffer> chosen = Chosen(head, options.Instances, issues);
        string clock = TraceDatFacts.ClockOf(head, chosen.FirstOrDefault(buffer => buffer.HasData) ?? chosen[0]);
        using TraceDatDecoder decoder = new(input, head, OfClock(head, chosen, clock, issues), options);
        string format = input.MadeFrom ?? $"trace.dat v{head.Version}";
        options.Rounds?.Tell(TraceDatFacts.OfHead(head, clock, format));
        decoder.Run();
        List<RawEventStream> streams = Streams(decoder.Jobs, issues);
        issues.AddRange(EventTallies.Issues(decoder.Decoder, decoder.Tallies));
        TellOfSecond(input, head, issues);
        return new DecodedTrace
        {
            Streams = streams,
            TraceId = head.Options.TraceId,
            HostTraceId = head.Options.HostTraceId,
            Facts = TraceDatFacts.Of(head, clock, format, decoder.Jobs, issues),
            Skipped = EventTallies.Skipped(decoder.Decoder, decoder.Tallies),
        };
    }

    // Leaves out buffers with another clock, because times of different clocks cannot be merged.
    private static List<TraceDatBuffer> OfClock(TraceDatHead head, IReadOnlyList<TraceDatBuffer> buffers, string clock, IssueList issues)
    {
        List<TraceDatBuffer> same = [];
        foreach (TraceDatBuffer buffer in buffers)
        {
            string own = TraceDatFacts.ClockOf(head, buffer);
            if (own == clock)
                same.Add(buffer);
            else if (buffer.HasData)
                issues.Warn("other_clock", 1, $"Buffer '{buffer.Name}' has clock {own}, not {clock}: it was not read.");
        }

        return same;
    }

    private static List<RawEventStream> Streams(IReadOnlyList<CpuJob> jobs, IssueList issues)
    {
        List<RawEventStream> streams = [];
        foreach (IGrouping<int, CpuJob> ofCpu in jobs.GroupBy(job => job.Reader.Section.Cpu).OrderBy(group => group.Key))
        {
            CpuReader[] parts = [.. ofCpu.Select(job => job.Reader)];
            streams.Add(parts.Length == 1 ? AsWritten(parts[0]) : BufferMerge.Merge([.. parts.Select(part => part.Stream)], issues));
        }

        return streams;
    }

    // An interrupt's event that is written within another gets that event's time or a later one (rb_reserve_next_event,
    // kernel/trace/ring_buffer.c), so times in a CPU's buffer step back only if its clock does.
    private static RawEventStream AsWritten(CpuReader part)
    {
        RawEventStream stream = part.TakeStream();
        stream.IsAsWritten = true;
        return stream;
    }

    // The buffers with these names, or all. Rejects a name that the recording does not have; the message lists its names.
    private static IReadOnlyList<TraceDatBuffer> Chosen(TraceDatHead head, ImmutableArray<string> names, IssueList issues)
    {
        if (names.IsEmpty)
            return head.Buffers;
        if (names.FirstOrDefault(name => !head.Buffers.Any(buffer => NameOf(buffer) == name)) is { } unknown)
        {
            string known = string.Join(", ", head.Buffers.Select(NameOf));
            throw new IngestException("unknown_instance", $"the recording has no ring buffer '{unknown}'; it has {known}");
        }

        string[] others = [.. head.Buffers.Where(buffer => buffer.HasData && !names.Contains(NameOf(buffer))).Select(NameOf)];
        string message = $"Ring buffers that were not selected were left out: {string.Join(", ", others)}.";
        issues.Tell("instances_left_out", others.Length, message);
        return [.. head.Buffers.Where(buffer => names.Contains(NameOf(buffer)))];
    }

    private static string NameOf(TraceDatBuffer buffer) => buffer.Name.Length == 0 ? IngestOptions.TopInstance : buffer.Name;

    // 'cat a.dat b.dat' puts a second recording after the data of the CPUs (where version 7 has its last options).
    private static void TellOfSecond(TraceInput input, TraceDatHead head, IssueList issues)
    {
        long end = head.Buffers.SelectMany(buffer => buffer.Cpus).Select(cpu => cpu.Offset + cpu.Bytes).DefaultIfEmpty(input.Length).Max();
        InputWindow window = new(input);
        for (long offset = Math.Max(end, 1); offset < input.Length; offset += SearchedBytes)
        {
            // Pieces overlap by the magic's length, so that no magic is cut in two.
            ReadOnlySpan<byte> piece = window.SliceUpTo(offset, SearchedBytes + TracingData.Magic.Length);
            int at = piece.IndexOf(TracingData.Magic);
            if (at < 0)
                continue;
            string message = $"Another recording begins at byte {offset + at} of the file: only the first was read.";
            issues.Loss("several_recordings", 1, message + " Give each recording as a separate file.");
            return;
        }
    }
}
