namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Position and width of a number in a record: a format line prepared for reading.</summary>
internal readonly struct FieldAccess(FieldFormat field, bool swap)
{
    private readonly ushort _offset = (ushort)field.Offset;
    private readonly byte _size = (byte)field.Size;
    private readonly bool _isSigned = field.IsSigned;
    private readonly bool _swap = swap;

    /// <summary>False if the kernel's event has no such field; then do not call <see cref="Read"/>.</summary>
    public bool Exists => _size != 0;

    public ushort Offset => _offset;

    /// <summary>True for 8 bytes in this machine's order.</summary>
    public bool IsNativeLong => _size == 8 && !_swap;

    /// <summary>Number of bytes that a record must have to contain the field.</summary>
    public int End => _offset + _size;

    /// <summary>The field of that name if it is a number of 1, 2, 4 or 8 bytes; otherwise a field that does not exist.</summary>
    public static FieldAccess Of(EventFormat format, string? name, bool swap) =>
        name is not null && format.Field(name) is { Size: 1 or 2 or 4 or 8 } field ? new FieldAccess(field, swap) : default;

    /// <summary>
    /// The number, extended to 64 bits according to its sign. The caller must have checked the length against <see cref="End"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Read(ref byte record)
    {
        ref byte at = ref Unsafe.Add(ref record, _offset);
        switch (_size)
        {
            case 8:
                long eight = Unsafe.ReadUnaligned<long>(ref at);
                return _swap ? BinaryPrimitives.ReverseEndianness(eight) : eight;
            case 4:
                int four = Unsafe.ReadUnaligned<int>(ref at);
                four = _swap ? BinaryPrimitives.ReverseEndianness(four) : four;
                return _isSigned ? four : (uint)four;
            case 2:
                short two = Unsafe.ReadUnaligned<short>(ref at);
                two = _swap ? BinaryPrimitives.ReverseEndianness(two) : two;
                return _isSigned ? two : (ushort)two;
            default:
                return _isSigned ? (sbyte)at : at;
        }
    }
}

/// <summary>Position of a string in a record: a char array at a fixed place, or a __data_loc / __rel_loc word that points to it.</summary>
internal readonly struct TextAccess(FieldFormat field, bool swap)
{
    private readonly ushort _offset = (ushort)field.Offset;
    private readonly ushort _size = (ushort)field.Size;
    private readonly bool _isLoc = IsLoc(field);
    private readonly bool _isRelative = field.IsRelLoc;
    private readonly bool _swap = swap;

    public bool Exists => _size != 0;

    /// <summary>Bytes that a record must have to hold the field (the word, not what it points to).</summary>
    public int End => _offset + _size;

    public static TextAccess Of(EventFormat format, string? name, bool swap) =>
        name is not null && format.Field(name) is { Size: > 0 } field && (!IsLoc(field) || field.Size == 4)
            ? new TextAccess(field, swap)
            : default;

    /// <summary>The string's bytes, with NUL and anything after it; empty if the word points outside the record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> record) =>
        _isLoc ? ReadLoc(record) : record.Slice(_offset, _size);

    private static bool IsLoc(FieldFormat field) => field.IsDataLoc || field.IsRelLoc;

    private ReadOnlySpan<byte> ReadLoc(ReadOnlySpan<byte> record)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(record[_offset..]);
        if (_swap)
            word = BinaryPrimitives.ReverseEndianness(word);
        int start = (int)(word & 0xFFFF) + (_isRelative ? _offset + 4 : 0);
        int length = (int)(word >> 16);
        return start + length <= record.Length ? record.Slice(start, length) : [];
    }
}
