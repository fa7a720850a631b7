namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Reads the rows of an event block, for facts that TraceEvent does not keep: CPU numbers above 255, and whether events are in order. It
/// also allows reading the rest of a trace if one row extends beyond its block. A row's header has a fixed size, or (compressed) flags and
/// the fields that they announce.
/// </summary>
internal ref struct EventRows
{
    private const int HeadBytesMin = 20;
    private const int GuidBytes = 16;
    private readonly bool _isObjects;
    private readonly bool _isCompressed;
    private VarReader _rows;
    private ulong _payloadBytes;

    /// <param name="block">A block's content: header size u16, flags u16 (1: compressed rows), the rest of the header, rows.</param>
    /// <param name="isObjects">True for versions 4 and 5, where activities are in the row, not in a separate block.</param>
    public EventRows(ReadOnlySpan<byte> block, bool isObjects)
    {
        _rows = new VarReader(block);
        _isObjects = isObjects;
        int headBytes = _rows.UInt16();
        _isCompressed = (_rows.UInt16() & 1) != 0;
        _rows.Bytes(headBytes < HeadBytesMin ? -1 : headBytes - 4);
        IsEmpty = _rows.IsAtEnd;
    }

    /// <summary>True if the header or a row extends beyond the block. Only valid after the last row.</summary>
    public readonly bool IsDamaged => _rows.IsDamaged;

    public bool IsEmpty { get; }

    /// <summary>True if the recorder guarantees that later events are not older than this one.</summary>
    public bool IsSorted { get; private set; }

    public ulong Cpu { get; private set; }
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Goes to the next row. False at the end, and at a row that extends beyond the block.</summary>
    public bool TryNext()
    {
        if (_rows.IsAtEnd)
            return false;
        if (_isCompressed)
            StepCompressed();
        else
            StepPlain();
        Payload = _rows.Bytes((long)Math.Min(_payloadBytes, long.MaxValue));
        return !_rows.IsDamaged;
    }

    // size u32, metadata u32 (highest bit: unsorted), sequence u32, thread u64, capture thread u64, cpu u32, stack u32, ticks u64,
    // labels u32 (before version 6: two GUIDs), payload size u32.
    private void StepPlain()
    {
        _rows.UInt32();
        IsSorted = _rows.UInt32() >> 31 == 0;
        _rows.Bytes(20);
        Cpu = _rows.UInt32();
        _rows.Bytes(12 + (_isObjects ? 2 * GuidBytes : 4));
        _payloadBytes = _rows.UInt32();
    }

    private void StepCompressed()
    {
        int flags = _rows.Byte();
        if ((flags & 1) != 0)
            _rows.Var();
        if ((flags & 2) != 0)
        {
            _rows.Var();
            _rows.Var();
            Cpu = _rows.Var();
        }

        if ((flags & 4) != 0)
            _rows.Var();
        if ((flags & 8) != 0)
            _rows.Var();
        _rows.Var();
        if (_isObjects)
            _rows.Bytes((((flags >> 4) & 1) + ((flags >> 5) & 1)) * GuidBytes);
        else if ((flags & 16) != 0)
            _rows.Var();
        IsSorted = (flags & 64) != 0;
        if ((flags & 128) != 0)
            _payloadBytes = _rows.Var();
    }
}
