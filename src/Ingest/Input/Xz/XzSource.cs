namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The bytes of an .xz file; <see cref="Crc32"/> is that of what was read since it was last set to 0.</summary>
internal sealed class XzSource(Stream stream) : PackedSource(stream, ".xz")
{
    public ulong Crc32 { get; set; }

    /// <summary>As <see cref="PackedSource.Read"/>, and counts into <see cref="Crc32"/>.</summary>
    public void ReadChecked(Span<byte> bytes)
    {
        Read(bytes);
        Crc32 = ReflectedCrc.Crc32.Append(Crc32, bytes);
    }

    public byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    /// <summary>A number of 7 bits a byte, lowest first; counts into <see cref="Crc32"/>.</summary>
    public ulong ReadNumber()
    {
        ulong value = 0;
        Span<byte> one = stackalloc byte[1];
        for (int shift = 0; shift < 63; shift += 7)
        {
            ReadChecked(one);
            value |= (ulong)(one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0)
            {
                if (one[0] == 0 && shift > 0)
                    break;
                return value;
            }
        }

        throw new InvalidDataException($"a number of the .xz file that ends at byte {Position} is not written as the format says");
    }

    /// <summary>Zeros up to the next multiple of four bytes from <paramref name="start"/>; counts into <see cref="Crc32"/>.</summary>
    public void ReadPadding(long start)
    {
        Span<byte> one = stackalloc byte[1];
        while ((Position - start) % 4 != 0)
        {
            ReadChecked(one);
            if (one[0] != 0)
                throw new InvalidDataException($"padding of the .xz file at byte {Position - 1} is {one[0]}, but must be 0");
        }
    }
}
