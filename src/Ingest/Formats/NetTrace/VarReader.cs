namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>Reads the numbers and texts of a block. Beyond the end, it returns zeros and sets <see cref="IsDamaged"/>.</summary>
internal ref struct VarReader(ReadOnlySpan<byte> bytes)
{
    private const int TextBytesMax = 4096;
    private ReadOnlySpan<byte> _rest = bytes;

    public bool IsDamaged { get; private set; }
    public readonly bool IsAtEnd => _rest.IsEmpty;
    public readonly int Remaining => _rest.Length;

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            IsDamaged = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public byte Byte() => Bytes(1) is { IsEmpty: false } one ? one[0] : (byte)0;
    public ushort UInt16() => Bytes(2) is { IsEmpty: false } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;
    public uint UInt32() => Bytes(4) is { IsEmpty: false } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
    public long Int64() => Bytes(8) is { IsEmpty: false } eight ? BinaryPrimitives.ReadInt64LittleEndian(eight) : 0;

    /// <summary>Reads a varuint: 7 bits per byte, lowest first.</summary>
    public ulong Var()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte one = Byte();
            value |= shift < 64 ? (ulong)(one & 0x7F) << shift : 0;
            if (one < 0x80)
                return value;
        }

        IsDamaged = true;
        _rest = default;
        return 0;
    }

    /// <summary>Reads the bytes of a text: its length as a varuint, then UTF-8.</summary>
    public ReadOnlySpan<byte> TextBytes() => Bytes((long)Math.Min(Var(), int.MaxValue));

    /// <summary>Skips a text in UTF-16 that ends with a zero.</summary>
    public void SkipUtf16()
    {
        while (UInt16() != 0)
        {
        }
    }

    public string Text()
    {
        ReadOnlySpan<byte> text = TextBytes();
        return Encoding.UTF8.GetString(text[..Math.Min(text.Length, TextBytesMax)]);
    }
}
