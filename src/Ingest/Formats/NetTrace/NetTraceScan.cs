namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// A first pass over a trace, which bounds the sizes that TraceEvent believes, so that no damage makes it allocate without measure or call
/// itself without end; and which keeps what TraceEvent does not tell.
/// </summary>
internal sealed class NetTraceScan
{
    // TraceEvent keeps a CPU's number in one byte.
    private const ulong CpuMax = byte.MaxValue;
    private readonly List<(long Start, long End)> _ranges = [];

    public NetTraceScan(TraceInput input)
    {
        BlockWalk blocks = new(input);
        IsObjects = blocks.IsObjects;
        _ranges.Add((0, blocks.Next));
        if (!blocks.TryNext() || blocks.Kind != BlockKind.Trace)
            Reject.Invalid("the first block of a nettrace", blocks.Start, $"of kind {(int)blocks.Kind}", "a whole Trace block");
        Header = new NetTraceHeader(blocks.Content, blocks.Offset);
        do
        {
            if (IsTaken(in blocks))
                Serve(blocks.Start, blocks.Next);
        }
        while (blocks.TryNext());
        IsCut = blocks.IsCut;
    }

    public NetTraceHeader Header { get; }

    /// <summary>Events that the metadata describes; none for versions 4 and 5, which hold none of the kernel.</summary>
    public NetTraceMetadata Metadata { get; } = new();

    /// <summary>True for versions 4 and 5.</summary>
    public bool IsObjects { get; }

    /// <summary>Parts of the file that are whole and sound, without the block that ends a trace.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Event blocks that are left out because a row in them reaches past the block.</summary>
    public long Damaged { get; private set; }

    public bool IsCut { get; }

    /// <summary>True if events stand out of order, so that TraceEvent sees a loss before it hands out the events around it.</summary>
    public bool IsUnsorted { get; private set; }

    /// <summary>True if an event is of a CPU whose number TraceEvent cannot hold.</summary>
    public bool HasWideCpu { get; private set; }

    private bool IsTaken(in BlockWalk block)
    {
        switch (block.Kind)
        {
            case BlockKind.Event:
                return IsEventBlockTaken(in block);
            case BlockKind.Metadata when IsObjects:
                CheckMetadataObject(in block);
                return true;
            case BlockKind.Metadata:
                Metadata.Read(block.Content, block.Offset);
                return true;
            default:
                return true;
        }
    }

    // TraceEvent takes a block without an event for damage.
    private bool IsEventBlockTaken(in BlockWalk block)
    {
        EventRows rows = new(block.Content, IsObjects);
        if (rows.IsEmpty && !rows.IsDamaged && !IsObjects)
            return false;
        bool isUnsorted = false, hasWideCpu = false;
        while (rows.TryNext())
        {
            isUnsorted |= !rows.IsSorted;
            hasWideCpu |= rows.Cpu > CpuMax;
        }

        if (rows.IsDamaged && IsObjects)
            Reject.Invalid("an event block of a nettrace", block.Offset, "damaged", "rows that end within the block");
        if (rows.IsDamaged)
        {
            Damaged++;
            return false;
        }

        IsUnsorted |= isUnsorted;
        HasWideCpu |= hasWideCpu;
        return true;
    }

    private static void CheckMetadataObject(in BlockWalk block)
    {
        EventRows rows = new(block.Content, isObjects: true);
        bool isSound = true;
        while (isSound && rows.TryNext())
            isSound = FieldCheck.IsPayloadSound(rows.Payload);
        if (!isSound || rows.IsDamaged)
            Reject.Invalid("a metadata block of a nettrace", block.Offset, "damaged", "rows and fields that end within the block");
    }

    private void Serve(long start, long end)
    {
        if (_ranges[^1].End == start)
            _ranges[^1] = (_ranges[^1].Start, end);
        else
            _ranges.Add((start, end));
    }
}

/// <summary>
/// The first block, for what TraceEvent does not tell, and checked because TraceEvent believes it:
/// <code>
/// year month dayOfWeek day hour minute second millisecond (i16 each)  ticks i64  ticks a second i64  pointer size i32
/// version 6: number of pairs i32, then key and value as texts; before: process id, number of CPUs, sampling rate (i32 each)
/// </code>
/// </summary>
internal sealed class NetTraceHeader
{
    private const long NsPerSecond = 1_000_000_000;
    private readonly ulong _frequency;

    public NetTraceHeader(ReadOnlySpan<byte> block, long offset)
    {
        VarReader reader = new(block);
        Span<ushort> date = stackalloc ushort[8];
        foreach (ref ushort part in date)
            part = reader.UInt16();
        long ticks = reader.Int64();
        long frequency = reader.Int64();
        if (reader.IsDamaged || frequency <= 0)
            Reject.Invalid("the first block of a nettrace", offset, $"{block.Length} bytes, {frequency} ticks a second", "a Trace block");
        _frequency = (ulong)frequency;
        WallClockOffsetNs = UnixNs(date, offset) - TimeNs((ulong)ticks);
    }

    /// <summary>Nanoseconds to add to a time to get Unix time, to the millisecond.</summary>
    public long WallClockOffsetNs { get; }

    public long TimeNs(ulong ticks) =>
        _frequency == NsPerSecond ? (long)ticks : (long)(ulong)((UInt128)ticks * NsPerSecond / _frequency);

    private static long UnixNs(ReadOnlySpan<ushort> date, long offset)
    {
        if (date[0] is < 1970 or > 2200 || date[1] is < 1 or > 12 || date[3] < 1 || date[3] > DateTime.DaysInMonth(date[0], date[1])
            || date[4] > 23 || date[5] > 59 || date[6] > 59 || date[7] > 999)
        {
            string found = string.Create(
                CultureInfo.InvariantCulture, $"{date[0]}-{date[1]}-{date[3]} {date[4]}:{date[5]}:{date[6]}.{date[7]}");
            Reject.Invalid("the date of a nettrace", offset, found, "a date from 1970 to 2200");
        }

        DateTime utc = new(date[0], date[1], date[3], date[4], date[5], date[6], date[7], DateTimeKind.Utc);
        return (utc - DateTime.UnixEpoch).Ticks * 100;
    }
}
