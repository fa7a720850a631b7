using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.Arrow.FlatBuffers;

/// <summary>The bytes of one flatbuffer; every read is checked against its end.</summary>
/// <remarks>
/// Numbers are little-endian. A reference is an unsigned 32-bit distance from its own place. See "FlatBuffers internals" of the
/// FlatBuffers documentation.
/// </remarks>
internal readonly ref struct FlatBytes
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _fileOffset;
    private readonly FlatBudget _budget;

    public FlatBytes(ReadOnlySpan<byte> bytes, long fileOffset)
    {
        _bytes = bytes;
        _fileOffset = fileOffset;
        _budget = new FlatBudget(bytes.Length);
    }

    public int Length => _bytes.Length;

    /// <summary>The root table, which the first four bytes point at.</summary>
    public FlatTable Root(string name) => new(this, Follow(0, name), name);

    /// <summary>Where a position of this buffer is in the file, for messages.</summary>
    public long FileOffset(int position) => _fileOffset + position;

    public void TakeTable(int position) => _budget.TakeTable(FileOffset(position));

    public byte UInt8(int position, string what)
    {
        Need(position, sizeof(byte), what);
        return _bytes[position];
    }

    public ushort UInt16(int position, string what)
    {
        Need(position, sizeof(ushort), what);
        return BinaryPrimitives.ReadUInt16LittleEndian(_bytes[position..]);
    }

    public int Int32(int position, string what)
    {
        Need(position, sizeof(int), what);
        return BinaryPrimitives.ReadInt32LittleEndian(_bytes[position..]);
    }

    public long Int64(int position, string what)
    {
        Need(position, sizeof(long), what);
        return BinaryPrimitives.ReadInt64LittleEndian(_bytes[position..]);
    }

    /// <summary>The position that the reference at <paramref name="position"/> points at; four bytes can be read there.</summary>
    public int Follow(int position, string what)
    {
        uint distance = (uint)Int32(position, what);
        long target = position + (long)distance;
        if (distance == 0 || target > _bytes.Length - sizeof(int))
            Reject.Number($"reference to {what}", FileOffset(position), distance, $"1 to {_bytes.Length - sizeof(int) - position}");
        return (int)target;
    }

    public string Text(int position, string what)
    {
        int start = Follow(position, what);
        uint length = (uint)Int32(start, what);
        if (length > _bytes.Length - start - sizeof(int))
            Reject.Number($"length of {what}", FileOffset(start), length, $"0 to {_bytes.Length - start - sizeof(int)}");
        _budget.Take(length, FileOffset(start));
        return Encoding.UTF8.GetString(_bytes.Slice(start + sizeof(int), (int)length));
    }

    private void Need(int position, int count, string what)
    {
        if (position < 0 || position > _bytes.Length - count)
            Reject.With(what, FileOffset(position), $"the end of the metadata at {FileOffset(_bytes.Length)}", $"{count} more bytes");
    }
}
