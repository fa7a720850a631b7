namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Reads integers of any number of bits from a packet, in either byte order. Never reads past the end; says if it would.</summary>
internal ref struct BitCursor(ReadOnlySpan<byte> bytes, long bits)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bits of the packet that hold content; may be lowered to where it ends.</summary>
    public long End { get; set; } = Math.Min(bits, (long)bytes.Length * 8);

    public long At { get; private set; }

    /// <summary>Goes to a multiple of so many bits; false if that is past the end.</summary>
    public bool TryAlign(int align)
    {
        long aligned = (At + align - 1) / align * align;
        if (aligned > End)
            return false;
        At = aligned;
        return true;
    }

    /// <summary>Passes over bits; false if there are not so many.</summary>
    public bool TrySkip(long count)
    {
        if (count > End - At)
            return false;
        At += count;
        return true;
    }

    /// <summary>Reads an integer of that type, which must be aligned already.</summary>
    public bool TryRead(CtfType type, out long value)
    {
        value = 0;
        if (type.Bits > End - At)
            return false;
        bool isWhole = (At & 7) == 0 && type.Bits % 8 == 0;
        ulong raw = isWhole ? Bytes(type) : type.IsBigEndian ? BigEndianBits(type.Bits) : LittleEndianBits(type.Bits);
        At += type.Bits;
        int unused = 64 - type.Bits;
        value = type.IsSigned ? (long)(raw << unused) >> unused : (long)raw;
        return true;
    }

    /// <summary>Takes whole bytes; false if there are not so many, or the place is within a byte.</summary>
    public bool TryBytes(int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if ((At & 7) != 0 || count > (End - At) / 8)
            return false;
        taken = _bytes.Slice((int)(At / 8), count);
        At += (long)count * 8;
        return true;
    }

    /// <summary>Takes a text up to its NUL, which is passed over; false if there is none.</summary>
    public bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> rest = _bytes[(int)((At + 7) / 8)..(int)(End / 8)];
        int nul = rest.IndexOf((byte)0);
        return nul >= 0 && TryBytes(nul, out text) && TrySkip(8);
    }

    private readonly ulong Bytes(CtfType type)
    {
        ReadOnlySpan<byte> at = _bytes.Slice((int)(At / 8), type.Bits / 8);
        switch (type.Bits)
        {
            case 8:
                return at[0];
            case 32:
                return type.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
            case 64:
                return type.IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at);
            default:
                ulong value = 0;
                for (int index = 0; index < at.Length; index++)
                    value = (value << 8) | at[type.IsBigEndian ? index : at.Length - 1 - index];
                return value;
        }
    }

    // Little-endian: the first bit is the lowest of a byte, and the lowest of the number.
    private readonly ulong LittleEndianBits(int bits)
    {
        ulong value = 0;
        for (int got = 0; got < bits;)
        {
            int shift = (int)((At + got) & 7);
            int take = Math.Min(8 - shift, bits - got);
            value |= (((ulong)_bytes[(int)((At + got) / 8)] >> shift) & ((1UL << take) - 1)) << got;
            got += take;
        }

        return value;
    }

    // Big-endian: the first bit is the highest of a byte, and the highest of the number.
    private readonly ulong BigEndianBits(int bits)
    {
        ulong value = 0;
        for (int got = 0; got < bits;)
        {
            int shift = (int)((At + got) & 7);
            int take = Math.Min(8 - shift, bits - got);
            value = (value << take) | (((ulong)_bytes[(int)((At + got) / 8)] >> (8 - shift - take)) & ((1UL << take) - 1));
            got += take;
        }

        return value;
    }
}
