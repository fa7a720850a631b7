namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Reads integers with any number of bits from a packet, in either byte order. Methods return false at the end.</summary>
internal ref struct BitCursor(ReadOnlySpan<byte> bytes, long bits)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Number of bits of content in the packet. Can be lowered when the end of the content is known.</summary>
    public long End { get; set; } = Math.Min(bits, (long)bytes.Length * 8);

    public long At { get; private set; }

    /// <summary>Goes to the next multiple of <paramref name="align"/> bits; false if that is beyond the end.</summary>
    public bool TryAlign(int align)
    {
        long aligned = (At + align - 1) / align * align;
        if (aligned > End)
            return false;
        At = aligned;
        return true;
    }

    /// <summary>Skips bits; false if there are too few.</summary>
    public bool TrySkip(long count)
    {
        if (count > End - At)
            return false;
        At += count;
        return true;
    }

    /// <summary>Reads an integer of that type. The position must be aligned.</summary>
    public bool TryRead(CtfType type, out long value)
    {
        value = 0;
        if (type.Bits > End - At)
            return false;
        ReadOnlySpan<byte> at = _bytes[(int)(At / 8)..];
        ulong raw = (At & 7, type.Bits) switch
        {
            (0, 8) => at[0],
            (0, 32) => type.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at),
            (0, 64) => type.IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at),
            _ => PieceByPiece(type),
        };
        At += type.Bits;
        int unused = 64 - type.Bits;
        value = type.IsSigned ? (long)(raw << unused) >> unused : (long)raw;
        return true;
    }

    /// <summary>Reads whole bytes; false if there are too few, or the position is within a byte.</summary>
    public bool TryBytes(int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if ((At & 7) != 0 || count > (End - At) / 8)
            return false;
        taken = _bytes.Slice((int)(At / 8), count);
        At += (long)count * 8;
        return true;
    }

    /// <summary>Reads a text up to its NUL, which is skipped; false if there is no NUL.</summary>
    public bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> rest = _bytes[(int)((At + 7) / 8)..(int)(End / 8)];
        int nul = rest.IndexOf((byte)0);
        return nul >= 0 && TryBytes(nul, out text) && TrySkip(8);
    }

    // In little-endian order, the first bit is the lowest of the byte and of the number; in big-endian order, the highest of both.
    private readonly ulong PieceByPiece(CtfType type)
    {
        ulong value = 0;
        for (int got = 0; got < type.Bits;)
        {
            int before = (int)((At + got) & 7);
            int take = Math.Min(8 - before, type.Bits - got);
            ulong piece = (ulong)_bytes[(int)((At + got) / 8)] >> (type.IsBigEndian ? 8 - before - take : before);
            piece &= (1UL << take) - 1;
            value = type.IsBigEndian ? (value << take) | piece : value | (piece << got);
            got += take;
        }

        return value;
    }
}
