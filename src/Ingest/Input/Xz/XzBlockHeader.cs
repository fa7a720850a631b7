namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The head of a block: what sizes it claims to have, and how much of what was unpacked must be kept for it.</summary>
/// <remarks>
/// <code>
/// size/4 - 1 (u8) | flags (u8) | packed size, content size (numbers, if flagged) | filters | zeros | CRC32
/// filter: id, size of properties (numbers), properties; of LZMA2: id 0x21, one byte
/// </code>
/// Only LZMA2 alone is read: xz uses nothing else unless it is told to, and the other filters are for machine code and sound.
/// </remarks>
internal readonly record struct XzBlockHeader(ulong? PackedBytes, ulong? ContentBytes, int DictionaryBytes)
{
    private const int Lzma2Id = 0x21;
    private const int DictionaryBitsMax = 40;

    /// <summary>As of .zst: what its decoder takes without being asked to. <c>xz -9</c> needs half of it.</summary>
    public const int DictionaryBytesMax = 1 << 27;

    /// <summary>Reads the head whose first byte has been read; refuses filters and dictionaries that are not read.</summary>
    public static XzBlockHeader Read(XzSource source, byte sizeByte)
    {
        long start = source.Position - 1;
        int length = (sizeByte + 1) * 4;
        source.BeginChecked(sizeByte);
        byte flags = source.ReadCheckedByte();
        if ((flags & 0x3C) != 0)
            throw new InvalidDataException($"the flags of the block at byte {start} are {flags:x2}, of which bits are not defined");
        ulong? packed = (flags & 0x40) != 0 ? source.ReadNumber() : null;
        ulong? content = (flags & 0x80) != 0 ? source.ReadNumber() : null;
        int dictionary = ReadFilters(source, (flags & 3) + 1, start);
        ReadEnd(source, start, length);
        return new XzBlockHeader(packed, content, dictionary);
    }

    private static int ReadFilters(XzSource source, int count, long start)
    {
        ulong id = source.ReadNumber();
        if (count != 1 || id != Lzma2Id)
        {
            Reject.Unsupported(
                $"the block at byte {start} of the .xz file uses filter {id:x}: only LZMA2 alone is read, unpack it with 'xz -dk'");
        }

        ulong properties = source.ReadNumber();
        byte bits = source.ReadCheckedByte();
        if (properties != 1 || bits > DictionaryBitsMax)
            throw new InvalidDataException($"the block at byte {start} has properties of LZMA2 that the format does not define");
        long dictionary = Math.Min((2L | (bits & 1L)) << ((bits / 2) + 11), uint.MaxValue);
        if (dictionary > DictionaryBytesMax)
        {
            Reject.Unsupported(
                $"the .xz file needs a dictionary of {dictionary} bytes, at most {DictionaryBytesMax} are taken: unpack it with 'xz -dk'");
        }

        return (int)dictionary;
    }

    private static void ReadEnd(XzSource source, long start, int length)
    {
        long zeros = start + length - sizeof(uint) - source.Position;
        if (zeros < 0)
            throw new InvalidDataException($"the head of the block at byte {start} is longer than it says");
        Span<byte> padding = stackalloc byte[(int)zeros];
        source.ReadChecked(padding);
        if (!source.EndsChecked() || padding.ContainsAnyExcept((byte)0))
            throw new InvalidDataException($"the head of the block at byte {start} is damaged");
    }
}
