using System.IO.Hashing;

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The bytes of an .xz file, with the CRC32 of the part that is being checked.</summary>
internal sealed class XzSource(Stream stream) : PackedSource(stream, ".xz")
{
    private readonly Crc32 _crc = new();

    /// <summary>Begins a part that ends with its CRC32.</summary>
    public void BeginChecked(params ReadOnlySpan<byte> before)
    {
        _crc.Reset();
        _crc.Append(before);
    }

    /// <summary>Same as <see cref="PackedSource.Read"/>, in a part that is checked.</summary>
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

    /// <summary>Reads the CRC32 at the end of a part; true if it is right.</summary>
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

    /// <summary>Reads a big-endian number of 16 bits.</summary>
    public int ReadUInt16() => (ReadByte() << 8) | ReadByte();

    /// <summary>Reads a number with 7 bits per byte, lowest first, in a part that is checked.</summary>
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

        throw new InvalidDataException($"the number that ends at byte {Position} of the .xz file is not encoded as the format requires");
    }

    /// <summary>Reads zeros up to the next multiple of four bytes from <paramref name="start"/>, in a part that is checked.</summary>
    public void ReadPadding(long start)
    {
        while ((Position - start) % 4 != 0)
        {
            if (ReadCheckedByte() is not 0 and var one)
                throw new InvalidDataException($"the padding of the .xz file at byte {Position - 1} is {one}, but must be 0");
        }
    }
}
