namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// A first pass over a trace. It checks the sizes that TraceEvent does not check, so that damage cannot cause unlimited allocation or
/// recursion. It also collects facts that TraceEvent does not expose.
/// </summary>
internal sealed class NetTraceScan
{
    // TraceEvent stores a CPU number in one byte.
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

    /// <summary>The events that the metadata describes; none for versions 4 and 5, which have no kernel events.</summary>
    public NetTraceMetadata Metadata { get; } = new();

    /// <summary>True for versions 4 and 5.</summary>
    public bool IsObjects { get; }

    /// <summary>The complete and undamaged parts of the file, without the block that ends a trace.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Number of event blocks that are left out because one of their rows extends beyond the block.</summary>
    public long Damaged { get; private set; }

    public bool IsCut { get; }

    /// <summary>True if events are not in order. Then TraceEvent reports a loss before it returns the events around it.</summary>
    public bool IsUnsorted { get; private set; }

    /// <summary>True if the CPU number of an event is too large for TraceEvent.</summary>
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

    // TraceEvent treats a block without events as damage.
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
/// The first block. It is read for facts that TraceEvent does not expose, and checked because TraceEvent does not check it:
/// <code>
/// year month dayOfWeek day hour minute second millisecond (i16 each)  ticks i64  ticks per second i64  pointer size i32
/// version 6: number of pairs i32, then key and value as texts; earlier: process id, number of CPUs, sampling rate (i32 each)
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
            Reject.Invalid("the first block of a nettrace", offset, $"{block.Length} bytes, {frequency} ticks per second", "a Trace block");
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
