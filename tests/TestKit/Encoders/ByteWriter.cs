using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes the bytes of a test file, with numbers in either byte order.</summary>
public sealed class ByteWriter(bool bigEndian)
{
    private readonly List<byte> _bytes = [];

    public bool IsBigEndian => bigEndian;

    public int Count => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public ByteWriter U8(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public ByteWriter U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (bigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Bytes(bytes);
    }

    public ByteWriter U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public ByteWriter U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (bigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public ByteWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Text and a NUL.</summary>
    public ByteWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text)).U8(0);

    /// <summary>u32 length and text, padded to 64 bytes, as in perf's headers.</summary>
    public ByteWriter PerfString(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int padded = (bytes.Length + 64) / 64 * 64;
        return U32((uint)padded).Bytes(bytes).Zeros(padded - bytes.Length);
    }

    public ByteWriter Zeros(int count)
    {
        for (; count > 0; count--)
            _bytes.Add(0);
        return this;
    }

    public ByteWriter PadTo(int multiple) => Zeros((multiple - (Count % multiple)) % multiple);
}
