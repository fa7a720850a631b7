using System.IO.Hashing;

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>
/// The content of an .xz file, read forward. Like the xz tool, it joins the contents of consecutive streams, which may have zeros between
/// them. The checks of headers, blocks, index and footer are verified.
/// </summary>
/// <remarks>
/// The xz file format 1.2.0:
/// <code>
/// stream: fd '7zXZ' 00 | flags (00, kind of check) | CRC32 | blocks | index | CRC32 | size of index/4 - 1 | flags | 'YZ'
/// block:  header (see <see cref="XzBlockHeader"/>) | LZMA2 | zeros to a multiple of 4 | check of the content
/// index:  00 | number of blocks | unpadded size, content size of each (numbers) | zeros to a multiple of 4 | CRC32
/// </code>
/// Damaged data throws <see cref="InvalidDataException"/>, truncated data <see cref="EndOfStreamException"/>, after the content before that
/// place has been returned. Valid data that this reader does not support throws <see cref="IngestException"/>.
/// </remarks>
internal sealed class XzDecompressionStream(Stream packed) : ForwardOnlyStream
{
    private const int FlagsBytes = 2;
    private readonly XzSource _source = new(packed);
    private readonly byte[] _flags = new byte[FlagsBytes];
    private XzCheck? _check;
    private Lzma2Decoder? _block;
    private XzBlockHeader _header;
    private long _blockStart;
    private long _dataStart;
    private ulong _contentBytes;
    private bool _isFirst = true;

    // Hash of the blocks' unpadded sizes and content sizes. The index must list the same sizes.
    private readonly XxHash128 _sizes = new();
    private ulong _blocks;

    public static ReadOnlySpan<byte> Magic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;

        // Each iteration returns content, or reads a chunk, a header, or the end of a block or stream.
        while (true)
        {
            if (_block is { } block)
            {
                if (!block.Window.Pending.IsEmpty)
                    return HandOut(block, buffer);
                if (!block.DecodeChunk())
                    EndBlock();
            }
            else if (_check is not null)
                BeginBlock();
            else if (!BeginStream())
                return 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _check?.Dispose();
        base.Dispose(disposing);
    }

    private int HandOut(Lzma2Decoder block, Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, block.Window.Pending.Length);
        ReadOnlySpan<byte> content = block.Window.Pending[..count];
        content.CopyTo(buffer);
        _check!.Append(content);
        _contentBytes += (ulong)count;
        block.Window.HandOut(count);
        return count;
    }

    private bool BeginStream()
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        Span<byte> word = magic[..sizeof(uint)];
        do
        {
            if (_source.IsAtEnd)
                return false;
            _source.Read(word);
        }
        while (!_isFirst && !word.ContainsAnyExcept((byte)0));
        _source.Read(magic[word.Length..]);
        if (!magic.SequenceEqual(Magic))
            throw new InvalidDataException(
                $"the data at byte {_source.Position - magic.Length}, after an .xz stream, is not another stream");
        _source.BeginChecked();
        _source.ReadChecked(_flags);
        RequireCrc32("the flags");
        if (_flags[0] != 0 || _flags[1] > 0xF)
            Reject.Unsupported($"the .xz stream has unknown flags {Convert.ToHexStringLower(_flags)}");
        _check = new XzCheck(_flags[1]);
        _sizes.Reset();
        (_blocks, _isFirst) = (0, false);
        return true;
    }

    private void BeginBlock()
    {
        _blockStart = _source.Position;
        byte first = _source.ReadByte();
        if (first == 0)
        {
            EndStream();
            return;
        }

        _header = XzBlockHeader.Read(_source, first);
        (_dataStart, _contentBytes) = (_source.Position, 0);
        _block = new Lzma2Decoder(_source, _header.DictionaryBytes);
    }

    private void EndBlock()
    {
        ulong packedBytes = (ulong)(_source.Position - _dataStart);
        if ((_header.PackedBytes ?? packedBytes) != packedBytes || (_header.ContentBytes ?? _contentBytes) != _contentBytes)
            throw new InvalidDataException($"the sizes of the block at byte {_blockStart} differ from its header");
        ulong unpadded = (ulong)(_source.Position - _blockStart) + (ulong)_check!.SizeBytes;
        _source.ReadPadding(_blockStart);
        Span<byte> stored = stackalloc byte[_check.SizeBytes];
        _source.Read(stored);
        if (!_check.Matches(stored))
            throw new InvalidDataException($"the content of the block at byte {_blockStart} is damaged: its check does not match");
        Add(_sizes, unpadded, _contentBytes);
        _blocks++;
        _block = null;
    }

    private void EndStream()
    {
        long start = _source.Position - 1;
        _source.BeginChecked(0);
        ulong count = _source.ReadNumber();
        XxHash128 listed = new();
        for (ulong block = 0; block < Math.Min(count, _blocks); block++)
            Add(listed, _source.ReadNumber(), _source.ReadNumber());
        if (count != _blocks || listed.GetCurrentHashAsUInt128() != _sizes.GetCurrentHashAsUInt128())
            throw new InvalidDataException($"the index at byte {start} does not match the blocks before it");
        _source.ReadPadding(start);
        RequireCrc32("the index");
        EndFooter((_source.Position - start) / 4);
        _check!.Dispose();
        _check = null;
    }

    private void EndFooter(long indexWords)
    {
        // The footer's CRC32 comes before the bytes that it covers.
        Span<byte> footer = stackalloc byte[12];
        _source.Read(footer);
        Span<byte> body = footer[4..10];
        bool isWhole = BinaryPrimitives.ReadUInt32LittleEndian(footer) == Crc32.HashToUInt32(body)
            && BinaryPrimitives.ReadUInt32LittleEndian(body) + 1L == indexWords
            && body[4..].SequenceEqual(_flags) && footer[10..].SequenceEqual("YZ"u8);
        if (!isWhole)
            throw new InvalidDataException($"the footer of the .xz stream at byte {_source.Position - footer.Length} is damaged");
    }

    private void RequireCrc32(string what)
    {
        if (!_source.EndsChecked())
            throw new InvalidDataException($"{what} of the .xz stream before byte {_source.Position}: their check does not match");
    }

    private static void Add(XxHash128 sizes, ulong unpaddedBytes, ulong contentBytes) =>
        sizes.Append(MemoryMarshal.AsBytes([unpaddedBytes, contentBytes]));
}

/// <summary>The header of a block: its sizes, if given, and the size of the dictionary that it needs.</summary>
/// <remarks>
/// <code>
/// size/4 - 1 (u8) | flags (u8) | packed size, content size (numbers, if flagged) | filters | zeros | CRC32
/// filter: id, size of properties (numbers), properties; of LZMA2: id 0x21, one byte
/// </code>
/// Only a single LZMA2 filter is supported. xz uses nothing else by default; the other filters are for machine code and audio.
/// </remarks>
internal readonly record struct XzBlockHeader(ulong? PackedBytes, ulong? ContentBytes, int DictionaryBytes)
{
    private const int Lzma2Id = 0x21;
    private const int DictionaryBitsMax = 40;

    /// <summary>The same limit as for .zst without <c>--long</c>. <c>xz -9</c> needs half of it.</summary>
    public const int DictionaryBytesMax = 1 << 27;

    /// <summary>Reads the header after its first byte. Rejects other filters, and dictionaries that are too large.</summary>
    public static XzBlockHeader Read(XzSource source, byte sizeByte)
    {
        long start = source.Position - 1;
        int length = (sizeByte + 1) * 4;
        source.BeginChecked(sizeByte);
        byte flags = source.ReadCheckedByte();
        if ((flags & 0x3C) != 0)
            throw new InvalidDataException($"the flags of the block at byte {start} are {flags:x2}, which has undefined bits");
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
                $"the block at byte {start} of the .xz file uses filter {id:x}, but only LZMA2 alone is supported:"
                + " unpack it with 'xz -dk'");
        }

        ulong properties = source.ReadNumber();
        byte bits = source.ReadCheckedByte();
        if (properties != 1 || bits > DictionaryBitsMax)
            throw new InvalidDataException($"the block at byte {start} has undefined LZMA2 properties");
        long dictionary = Math.Min((2L | (bits & 1L)) << ((bits / 2) + 11), uint.MaxValue);
        if (dictionary > DictionaryBytesMax)
        {
            Reject.Unsupported(
                $"the .xz file needs a dictionary of {dictionary} bytes, but the limit is {DictionaryBytesMax}: unpack it with 'xz -dk'");
        }

        return (int)dictionary;
    }

    private static void ReadEnd(XzSource source, long start, int length)
    {
        long zeros = start + length - sizeof(uint) - source.Position;
        if (zeros < 0)
            throw new InvalidDataException($"the header of the block at byte {start} is longer than its size field says");
        Span<byte> padding = stackalloc byte[(int)zeros];
        source.ReadChecked(padding);
        if (!source.EndsChecked() || padding.ContainsAnyExcept((byte)0))
            throw new InvalidDataException($"the header of the block at byte {start} is damaged");
    }
}
