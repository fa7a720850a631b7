using System.Runtime.ExceptionServices;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Decodes the CPUs of all buffers, each by one task, as many at a time as the options allow.</summary>
internal sealed class TraceDatDecoder : IDisposable
{
    private const int SmallestPageBytes = 1024;
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

    /// <summary>One tally for each thread that was at work.</summary>
    public IReadOnlyList<EventTally> Tallies => _tallies;

    /// <summary>The CPUs read, by buffer and then in the file's order.</summary>
    public IReadOnlyList<CpuJob> Jobs => _jobs;

    /// <summary>Decodes all; throws what the first job that failed, in order of <see cref="Jobs"/>, has thrown.</summary>
    public void Run()
    {
        int workers = Math.Clamp(_options.Threads, 1, Math.Max(1, _jobs.Count));
        for (int worker = 0; worker < workers; worker++)
            _tallies.Add(new EventTally());
        Task[] others = [.. _tallies.Skip(1).Select(tally => Task.Run(() => Work(tally)))];
        try
        {
            Work(_tallies[0]);
        }
        finally
        {
            Task.WaitAll(others);
        }

        Array.Find(_failures, failure => failure is not null)?.Throw();
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
                _jobs.Add(new CpuJob(buffer, source.IsCompressed, new CpuReader(section, layout, Decoder)));
        }
    }

    // Places come from header_page; the size from the buffer's option, or else from header_page, or else from the file's head. Rejects a
    // size that no kernel makes.
    private static SubBufferLayout LayoutOf(TraceDatHead head, TraceDatBuffer buffer)
    {
        // header_page is missing, or its data field has more than the 64 KiB that a field can have: the layout of all kernels since 2.6.31.
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
                $"{SmallestPageBytes} to {TraceDatBuffer.PageBytesMax} bytes with events after the {headBytes} of the head");
        }

        return layout with { DataBytes = pageBytes - layout.DataOffset };
    }

    // Jobs are taken in order and those under way are finished, so the first failure is the same with any number of threads.
    private void Work(EventTally tally)
    {
        using ChunkDecompressor decompressor = new(_head.Compression);
        InputWindow window = new(_input);
        while (!_hasFailed && Interlocked.Increment(ref _nextJob) is var index && index < _jobs.Count)
        {
            try
            {
                Read(_jobs[index], window, decompressor, tally);
            }
            catch (Exception failure) when (failure is IngestException or OutOfMemoryException)
            {
                _failures[index] = ExceptionDispatchInfo.Capture(failure);
                _hasFailed = true;
            }
        }
    }

    private void Read(CpuJob job, InputWindow window, ChunkDecompressor decompressor, EventTally tally)
    {
        CpuTimeShift? shift = _head.Options.TimeShift(job.Reader.Section.Cpu);
        if (shift is null && _head.Options.Cycles.Mult == 0)
            Read(job, new PlainClock(_head.Options.OffsetNs), window, decompressor, tally);
        else
            Read(job, new ConvertedClock(shift, _head.Options.Cycles, _head.Options.OffsetNs), window, decompressor, tally);
    }

    private void Read<TClock>(CpuJob job, TClock clock, InputWindow window, ChunkDecompressor decompressor, EventTally tally)
        where TClock : struct, ITraceClock
    {
        if (_head.Tracing.IsBigEndian)
            Read<BigEndianHeaders, TClock>(job, clock, window, decompressor, tally);
        else
            Read<LittleEndianHeaders, TClock>(job, clock, window, decompressor, tally);
    }

    private void Read<TOrder, TClock>(CpuJob job, TClock clock, InputWindow window, ChunkDecompressor decompressor, EventTally tally)
        where TOrder : struct, IHeaderOrder
        where TClock : struct, ITraceClock
    {
        CpuReader reader = job.Reader;
        PageSource source = new(window, reader.Section, reader.PageBytes, job.IsCompressed ? decompressor : null, _head.Swap);
        long position = source.Position;
        while (source.TryNext(out ReadOnlySpan<byte> pages))
        {
            reader.ReadPages<TOrder, TClock>(pages, clock, tally);
            _progress.Add(source.Position - position);
            position = source.Position;
        }

        reader.End();
    }
}

/// <summary>One CPU of one buffer to read. Of rows that two buffers hold alike, that of the lower number is kept.</summary>
internal sealed record CpuJob(int Buffer, bool IsCompressed, CpuReader Reader);

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
