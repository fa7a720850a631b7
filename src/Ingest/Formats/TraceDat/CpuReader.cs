namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Decodes the pages of one CPU of one buffer into a stream, and notes where events were lost.</summary>
internal sealed unsafe class CpuReader(CpuSection section, SubBufferLayout layout, TracepointDecoder decoder) : IDisposable
{
    private readonly List<LossInterval> _losses = [];
    private bool _isTaken;
    private long _lastNs = long.MinValue;

    // Events lost since the last event that was read: 0 for none, -1 for an unknown number.
    private long _pendingLost;

    public CpuSection Section => section;
    public int PageBytes => layout.PageBytes;

    /// <summary>The events read.</summary>
    public RawEventStream Stream { get; } = new(section.Cpu);

    public IReadOnlyList<LossInterval> Losses => _losses;

    /// <summary>Time of the last record that was read, of any kind; long.MinValue before the first.</summary>
    public long LastNs => _lastNs;

    /// <summary>Number of pages whose entries or header extend beyond the page. The rest of such a page is not read.</summary>
    public long DamagedPages { get; private set; }

    /// <summary>Decodes some pages. The last one may be shorter than a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ReadPages<TOrder, TClock>(ReadOnlySpan<byte> pages, TClock clock, EventTally tally)
        where TOrder : struct, IHeaderOrder
        where TClock : struct, ITraceClock
    {
        DecodingSink<TClock> sink = new(decoder, Stream, tally, clock);
        bool swap = typeof(TOrder) == typeof(BigEndianHeaders) == BitConverter.IsLittleEndian;
        for (; !pages.IsEmpty; pages = pages[Math.Min(PageBytes, pages.Length)..])
            ReadPage<TOrder, TClock>(pages[..Math.Min(PageBytes, pages.Length)], swap, clock, ref sink);
    }

    public void End()
    {
        if (_pendingLost != 0)
            _losses.Add(new LossInterval(section.Cpu, _lastNs, long.MaxValue, _pendingLost));
        _pendingLost = 0;
    }

    /// <summary>Transfers ownership of the stream to the caller.</summary>
    public RawEventStream TakeStream()
    {
        _isTaken = true;
        return Stream;
    }

    public void Dispose()
    {
        if (!_isTaken)
            Stream.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadPage<TOrder, TClock>(ReadOnlySpan<byte> page, bool swap, TClock clock, ref DecodingSink<TClock> sink)
        where TOrder : struct, IHeaderOrder
        where TClock : struct, ITraceClock
    {
        int available = page.Length - layout.DataOffset;
        if (available < 0)
        {
            NoteDamage();
            return;
        }

        PageHeader header = PageHeader.Read(page, layout, swap);
        _pendingLost = Sum(_pendingLost, header.Missed);
        bool isCut = page.Length < PageBytes;
        if (header.UsedBytes > available && !isCut)
        {
            NoteDamage();
            return;
        }

        ulong time = header.BaseTime;
        int usedBytes = Math.Min(header.UsedBytes, available);
        fixed (byte* data = page[layout.DataOffset..])
        {
            if (_pendingLost != 0)
                CloseLoss<TOrder, TClock>(data, usedBytes, time, clock);
            bool isWhole = RingBufferPage.Walk<TOrder, DecodingSink<TClock>>(data, usedBytes, ref time, ref sink);
            if (usedBytes > 0)
                _lastNs = clock.ToNs(time);
            if (!isWhole || usedBytes < header.UsedBytes)
                NoteDamage();
        }
    }

    // A page without records does not close the gap.
    private void CloseLoss<TOrder, TClock>(byte* data, int usedBytes, ulong time, TClock clock)
        where TOrder : struct, IHeaderOrder
        where TClock : struct, ITraceClock
    {
        FirstRecordSink first = default;
        _ = RingBufferPage.Walk<TOrder, FirstRecordSink>(data, usedBytes, ref time, ref first);
        if (!first.Found)
            return;
        _losses.Add(new LossInterval(section.Cpu, _lastNs, clock.ToNs(time), _pendingLost));
        _pendingLost = 0;
    }

    private void NoteDamage()
    {
        DamagedPages++;
        _pendingLost = -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Sum(long left, long right)
    {
        if (left < 0 || right < 0)
            return -1;
        return left > long.MaxValue - right ? long.MaxValue : left + right;
    }
}

/// <summary>Turns the records of a page into rows of one CPU's stream.</summary>
internal readonly unsafe struct DecodingSink<TClock>(TracepointDecoder decoder, RawEventStream stream, EventTally tally, TClock clock)
    : IRecordSink
    where TClock : struct, ITraceClock
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Record(byte* record, int bytes, ulong time)
    {
        decoder.Decode(new ReadOnlySpan<byte>(record, bytes), clock.ToNs(time), stream, tally);
        return true;
    }
}

/// <summary>Stops at a page's first record, so that the running time is the time of that record.</summary>
internal unsafe struct FirstRecordSink : IRecordSink
{
    public bool Found;

    public bool Record(byte* record, int bytes, ulong time)
    {
        Found = true;
        return false;
    }
}
