using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Where a string lies in a record: a char array at a fixed place, or a __data_loc / __rel_loc word that points to it.</summary>
public readonly struct TextAccess
{
    private readonly ushort _offset;
    private readonly ushort _size;
    private readonly bool _isLoc;
    private readonly bool _isRelative;
    private readonly bool _swap;

    private TextAccess(FieldFormat field, bool swap)
    {
        _offset = (ushort)field.Offset;
        _size = (ushort)field.Size;
        _isRelative = field.IsRelLoc;
        _isLoc = field.IsDataLoc || _isRelative;
        _swap = swap;
    }

    public bool Exists => _size != 0;

    /// <summary>Bytes a record must have for the field (for the word, not what it points to) to lie inside it.</summary>
    public int End => _offset + _size;

    public static TextAccess Of(EventFormat format, string? name, bool swap) =>
        name is not null && format.Field(name) is { Size: > 0 } field && (!IsLoc(field) || field.Size == 4)
            ? new TextAccess(field, swap)
            : default;

    /// <summary>The string's bytes, NUL and what follows included; empty if the word points outside the record.</summary>
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
