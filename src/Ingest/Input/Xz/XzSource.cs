using System.IO.Hashing;

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The bytes of an .xz file, with the CRC32 of those that were read to be checked.</summary>
internal sealed class XzSource(Stream stream) : PackedSource(stream, ".xz")
{
    private readonly Crc32 _crc = new();

    /// <summary>Begins a part that ends with a CRC32 of itself.</summary>
    public void BeginChecked(params ReadOnlySpan<byte> before)
    {
        _crc.Reset();
        _crc.Append(before);
    }

    /// <summary>As <see cref="PackedSource.Read"/>, of a part that is checked.</summary>
    public void ReadChecked(Span<byte> bytes)
    {
        Read(bytes);
        _crc.Append(bytes);
    }

    public byte ReadCheckedByte()
    {
        Span<byte> one = stackalloc byte[1];
        ReadChecked(one);
        return one[0];
    }

    /// <summary>Reads the CRC32 at the end of a part; true if it is that of the part.</summary>
    public bool EndsChecked()
    {
        Span<byte> stored = stackalloc byte[sizeof(uint)];
        Read(stored);
        return BinaryPrimitives.ReadUInt32LittleEndian(stored) == _crc.GetCurrentHashAsUInt32();
    }

    public byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    /// <summary>A big-endian number of 16 bits.</summary>
    public int ReadUInt16() => (ReadByte() << 8) | ReadByte();

    /// <summary>A number of 7 bits a byte, lowest first, of a part that is checked.</summary>
    public ulong ReadNumber()
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte one = ReadCheckedByte();
            value |= (ulong)(one & 0x7F) << shift;
            if (one == 0 && shift > 0)
                break;
            if (one < 0x80)
                return value;
        }

        throw new InvalidDataException($"a number of the .xz file that ends at byte {Position} is not written as the format says");
    }

    /// <summary>Zeros up to the next multiple of four bytes from <paramref name="start"/>, of a part that is checked.</summary>
    public void ReadPadding(long start)
    {
        while ((Position - start) % 4 != 0)
        {
            if (ReadCheckedByte() is not 0 and var one)
                throw new InvalidDataException($"padding of the .xz file at byte {Position - 1} is {one}, but must be 0");
        }
    }
}
