using System.Runtime.ExceptionServices;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Decodes the CPUs of all buffers, one task per CPU and buffer. The options limit how many run at the same time.</summary>
internal sealed class TraceDatDecoder : IDisposable
{
    private const int SmallestPageBytes = 1024;

    // Bytes of the file in memory, for all CPUs together, while they are read in rounds.
    private const int WindowsBytes = 1 << 24;
    private const int WindowBytesMin = 1 << 16;
    private readonly TraceInput _input;
    private readonly TraceDatHead _head;
    private readonly IngestOptions _options;
    private readonly List<CpuJob> _jobs = [];
    private readonly List<EventTally> _tallies = [];
    private readonly ReadProgress _progress;
    private readonly ExceptionDispatchInfo?[] _failures;
    private int _nextJob = -1;
    private volatile bool _hasFailed;

    public TraceDatDecoder(TraceInput input, TraceDatHead head, IReadOnlyList<TraceDatBuffer> buffers, IngestOptions options)
    {
        _input = input;
        _head = head;
        _options = options;
        Decoder = new TracepointDecoder(head.Tracing.Formats, head.Tracing.Functions, head.Swap, options.KeepAll, options.Probes);
        for (int buffer = 0; buffer < buffers.Count; buffer++)
            AddJobs(buffer, buffers[buffer]);
        _progress = new ReadProgress(options.Progress, _jobs.Sum(job => job.Reader.Section.Bytes));
        _failures = new ExceptionDispatchInfo?[_jobs.Count];
    }

    public TracepointDecoder Decoder { get; }

    /// <summary>One tally for each worker thread.</summary>
    public IReadOnlyList<EventTally> Tallies => _tallies;

    /// <summary>The CPUs that were read, by buffer, then in the file's order.</summary>
    public IReadOnlyList<CpuJob> Jobs => _jobs;

    /// <summary>Decodes everything. If jobs failed, throws the exception of the first one in the order of <see cref="Jobs"/>.</summary>
    public void Run()
    {
        int workers = Math.Clamp(_options.Threads, 1, Math.Max(1, _jobs.Count));
        for (int worker = 0; worker < workers; worker++)
            _tallies.Add(new EventTally());

        // If several buffers have events of a CPU, duplicates are found only at the end.
        bool isOneEach = _jobs.Select(job => job.Reader.Section.Cpu).Distinct().Count() == _jobs.Count;
        if (_options.Rounds is { } rounds && isOneEach)
            RunInRounds(rounds, workers);
        else
            RunThrough();
        Array.Find(_failures, failure => failure is not null)?.Throw();
    }

    // Reads each CPU to its end.
    private void RunThrough()
    {
        Task[] others = [.. _tallies.Skip(1).Select(tally => Task.Run(() => Work(tally)))];
        try
        {
            Work(_tallies[0]);
        }
        finally
        {
            Task.WaitAll(others);
        }
    }

    // Reads some pages of the CPUs that are behind. Events up to the time that all CPUs have reached are complete and can be merged.
    private void RunInRounds(IRounds rounds, int workers)
    {
        int windowBytes = Math.Clamp(WindowsBytes / Math.Max(1, _jobs.Count), WindowBytesMin, InputWindow.Bytes);
        RawEventStream[] streams = [.. _jobs.Select(job => job.Reader.Stream)];
        ChunkDecompressor[] decompressors = [.. _tallies.Select(_ => _head.NewDecompressor())];
        List<CpuJob> left = [.. _jobs];
        while (left.Count > 0)
        {
            left.Sort((one, two) => (one.Reader.LastNs, one.Number).CompareTo((two.Reader.LastNs, two.Number)));
            int count = Math.Min(workers, left.Count);
            bool[] isOver = new bool[count];
            Parallel.For(0, count, index => Try(left[index].Number, () =>
            {
                CpuJob job = left[index];
                job.Pages ??= Pages(job, new InputWindow(_input, sizeBytes: windowBytes));
                isOver[index] = !Read(job, job.Pages, decompressors[index], _tallies[index], windowBytes);
            }));
            int failed = Array.FindIndex(_failures, failure => failure is not null);
            left = [.. left.Where((one, index) => (index >= count || !isOver[index]) && (failed < 0 || one.Number < failed))];
            long untilNs = left.Count == 0 ? long.MinValue : left.Min(one => one.Reader.LastNs);
            if (untilNs > long.MinValue && failed < 0)
                rounds.Round(streams, untilNs - 1);
        }

        Array.ForEach(decompressors, decompressor => decompressor.Dispose());
    }

    public void Dispose()
    {
        foreach (CpuJob job in _jobs)
            job.Reader.Dispose();
    }

    private void AddJobs(int buffer, TraceDatBuffer source)
    {
        SubBufferLayout layout = LayoutOf(_head, source);
        foreach (CpuSection section in source.Cpus)
        {
            if (section.Bytes > 0)
                _jobs.Add(new CpuJob(_jobs.Count, buffer, source.IsCompressed, new CpuReader(section, layout, Decoder)));
        }
    }

    // The places come from header_page. The size comes from the buffer's option, else from header_page, else from the file's header.
    // Rejects a size that no kernel uses.
    private static SubBufferLayout LayoutOf(TraceDatHead head, TraceDatBuffer buffer)
    {
        // If header_page is missing, or its data field is larger than 64 KiB, the limit for a field: the layout of all kernels since
        // 2.6.31.
        int longBytes = head.Tracing.LongBytes == sizeof(uint) ? sizeof(uint) : sizeof(ulong);
        int dataOffset = sizeof(ulong) + longBytes;
        SubBufferLayout layout = head.Tracing.Page
            ?? new SubBufferLayout(0, sizeof(ulong), longBytes, dataOffset, head.Tracing.PageBytes - dataOffset);
        int pageBytes = buffer.PageBytes > 0 ? buffer.PageBytes : layout.PageBytes;
        int headBytes = Math.Max(layout.TimestampOffset + sizeof(ulong), layout.CommitOffset + layout.CommitBytes);
        bool isSize = pageBytes is >= SmallestPageBytes and <= (int)TraceDatBuffer.PageBytesMax;
        if (!isSize || layout.DataOffset < headBytes || layout.DataOffset >= pageBytes)
        {
            Reject.Invalid(
                $"the page layout of buffer '{buffer.Name}'",
                0,
                $"{pageBytes} bytes with events from {layout.DataOffset}",
                $"{SmallestPageBytes} to {TraceDatBuffer.PageBytesMax} bytes with events after the {headBytes} bytes of the header");
        }

        return layout with { DataBytes = pageBytes - layout.DataOffset };
    }

    // Jobs are taken in order, and started jobs are finished, so the first failure is the same with any number of threads.
    private void Work(EventTally tally)
    {
        using ChunkDecompressor decompressor = _head.NewDecompressor();
        InputWindow window = new(_input);
        while (!_hasFailed && Interlocked.Increment(ref _nextJob) is var index && index < _jobs.Count)
        {
            CpuJob job = _jobs[index];
            Try(index, () => Read(job, Pages(job, window), decompressor, tally, long.MaxValue));
        }
    }

    private void Try(int job, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is IngestException or OutOfMemoryException)
        {
            _failures[job] = ExceptionDispatchInfo.Capture(failure);
            _hasFailed = true;
        }
    }

    private PageSource Pages(CpuJob job, InputWindow window) =>
        new(window, job.Reader.Section, job.Reader.PageBytes, job.IsCompressed, _head.Swap);

    // Reads at most so many more bytes of pages; false at the end.
    private bool Read(CpuJob job, PageSource pages, ChunkDecompressor decompressor, EventTally tally, long bytesMax)
    {
        CpuTimeShift? shift = _head.Options.TimeShift(job.Reader.Section.Cpu);
        return shift is null && _head.Options.Cycles.Mult == 0
            ? Read(job, new PlainClock(_head.Options.OffsetNs), pages, decompressor, tally, bytesMax)
            : Read(job, new ConvertedClock(shift, _head.Options.Cycles, _head.Options.OffsetNs), pages, decompressor, tally, bytesMax);
    }

    private bool Read<TClock>(
        CpuJob job, TClock clock, PageSource pages, ChunkDecompressor decompressor, EventTally tally, long bytesMax)
        where TClock : struct, ITraceClock =>
        _head.Tracing.IsBigEndian
            ? Read<BigEndianHeaders, TClock>(job, clock, pages, decompressor, tally, bytesMax)
            : Read<LittleEndianHeaders, TClock>(job, clock, pages, decompressor, tally, bytesMax);

    private bool Read<TOrder, TClock>(
        CpuJob job, TClock clock, PageSource source, ChunkDecompressor decompressor, EventTally tally, long bytesMax)
        where TOrder : struct, IHeaderOrder
        where TClock : struct, ITraceClock
    {
        CpuReader reader = job.Reader;
        long position = source.Position;
        while (bytesMax > 0)
        {
            if (!source.TryNext(decompressor, out ReadOnlySpan<byte> pages))
            {
                reader.End();
                return false;
            }

            reader.ReadPages<TOrder, TClock>(pages, clock, tally);
            bytesMax -= pages.Length;
            _progress.Add(source.Position - position);
            position = source.Position;
        }

        return true;
    }
}

/// <summary>One CPU of one buffer. If two buffers have the same row, the row of the lower buffer number is kept.</summary>
/// <param name="Number">Its number among the jobs.</param>
/// <param name="Buffer">The number of its buffer.</param>
/// <param name="IsCompressed">True if its pages are compressed.</param>
/// <param name="Reader">Decodes its pages.</param>
internal sealed record CpuJob(int Number, int Buffer, bool IsCompressed, CpuReader Reader)
{
    /// <summary>Its pages, once they are being read in rounds.</summary>
    public PageSource? Pages { get; set; }
}

/// <summary>Sums the bytes that all threads have read, and reports each percent.</summary>
internal sealed class ReadProgress(Action<double>? tell, long totalBytes)
{
    private long _doneBytes;

    public void Add(long bytes)
    {
        if (tell is null || bytes == 0)
            return;
        long done = Interlocked.Add(ref _doneBytes, bytes);
        if (Percent(done) != Percent(done - bytes))
            tell(Math.Min(1, (double)done / totalBytes));
    }

    private long Percent(long bytes) => (long)(100.0 * bytes / totalBytes);
}
