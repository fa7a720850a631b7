using System.IO.Hashing;
using K4os.Compression.LZ4;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The content of an .lz4 file, read forward. Like the lz4 tool, it joins the contents of consecutive frames and ignores skippable frames.
/// If a frame has checksums of header, blocks or content, or a content size, they are checked.
/// </summary>
/// <remarks>
/// The LZ4 frame format 1.6.3. K4os.Compression.LZ4 decodes the blocks.
/// <code>
/// frame:     04 22 4d 18 | flags u8 | block size u8 | content size u64, dictionary id u32 (if flagged) | header checksum u8 | blocks
///            | 00000000 | checksum of the content u32 (if flagged)
/// block:     size u32, highest bit set: not packed | data | checksum of the data u32 (if flagged)
/// skippable: 5x 2a 4d 18 | size u32 | bytes
/// </code>
/// Damaged data throws <see cref="InvalidDataException"/>, truncated data <see cref="EndOfStreamException"/>, after the content before that
/// place has been returned. Valid data that this reader does not support throws <see cref="IngestException"/>.
/// </remarks>
internal sealed class Lz4DecompressionStream(Stream packed) : ForwardOnlyStream
{
    private const uint FrameMagic = 0x184D2204;
    private const uint SkippableMagic = 0x184D2A50;
    private const uint StoredBlock = 1u << 31;

    // In linked blocks, a match can refer to data this far back.
    private const int HistoryBytes = 1 << 16;

    private readonly PackedSource _source = new(packed, ".lz4");
    private readonly XxHash32 _contentHash = new();
    private byte[] _packed = [];
    private byte[] _window = [];
    private Lz4FrameHeader? _frame;
    private int _start;
    private int _end;
    private ulong _contentBytes;

    /// <summary>True if these bytes begin with an LZ4 frame, possibly after skippable frames.</summary>
    public static bool IsFrameStart(ReadOnlySpan<byte> prefix)
    {
        while (prefix.Length > 2 * sizeof(uint) && IsSkippable(BinaryPrimitives.ReadUInt32LittleEndian(prefix)))
        {
            long bytes = 2 * sizeof(uint) + (long)BinaryPrimitives.ReadUInt32LittleEndian(prefix[sizeof(uint)..]);
            prefix = bytes < prefix.Length ? prefix[(int)bytes..] : [];
        }

        return prefix.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(prefix) == FrameMagic;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;

        // Each iteration returns content, or reads a frame's header, a block or a frame's end.
        while (true)
        {
            if (_start < _end)
            {
                int count = Math.Min(buffer.Length, _end - _start);
                _window.AsSpan(_start, count).CopyTo(buffer);
                _start += count;
                return count;
            }

            if (_frame is { } frame)
                ReadBlock(frame);
            else if (_source.IsAtEnd)
                return 0;
            else
                BeginFrame();
        }
    }

    private static bool IsSkippable(uint magic) => (magic & 0xFFFFFFF0) == SkippableMagic;

    private void BeginFrame()
    {
        long start = _source.Position;
        uint magic = ReadUInt32();
        if (IsSkippable(magic))
        {
            _source.Skip(ReadUInt32());
            return;
        }

        if (magic != FrameMagic)
            throw new InvalidDataException($"the data at byte {start}, after an LZ4 frame, is not another frame");
        Lz4FrameHeader frame = Lz4FrameHeader.Read(_source);
        if (_packed.Length < frame.BlockBytesMax)
        {
            _packed = new byte[frame.BlockBytesMax];
            _window = new byte[HistoryBytes + frame.BlockBytesMax];
        }

        _frame = frame;
        (_start, _end, _contentBytes) = (0, 0, 0);
        _contentHash.Reset();
    }

    private void ReadBlock(Lz4FrameHeader frame)
    {
        long start = _source.Position;
        uint size = ReadUInt32();
        if (size == 0)
        {
            EndFrame(frame);
            return;
        }

        bool isStored = (size & StoredBlock) != 0;
        size &= ~StoredBlock;
        if (size == 0 || size > frame.BlockBytesMax)
            throw new InvalidDataException($"the block at byte {start} has {size} bytes, but must have 1 to {frame.BlockBytesMax}");
        Span<byte> block = _packed.AsSpan(0, (int)size);
        _source.Read(block);
        if (frame.HasBlockChecksums && ReadUInt32() != XxHash32.HashToUInt32(block))
            throw new InvalidDataException($"the block at byte {start} is damaged: its check does not match");

        int history = frame.HasLinkedBlocks ? Math.Min(_end, HistoryBytes) : 0;
        _window.AsSpan(_end - history, history).CopyTo(_window);
        Span<byte> content = _window.AsSpan(history, frame.BlockBytesMax);
        if (isStored)
            block.CopyTo(content);
        int count = isStored ? block.Length : LZ4Codec.Decode(block, content, _window.AsSpan(0, history));
        if (count <= 0)
            throw new InvalidDataException($"the block at byte {start} is damaged");
        (_start, _end) = (history, history + count);
        _contentBytes += (ulong)count;
        if (frame.HasContentChecksum)
            _contentHash.Append(content[..count]);
    }

    private void EndFrame(Lz4FrameHeader frame)
    {
        if (frame.HasContentChecksum && ReadUInt32() != _contentHash.GetCurrentHashAsUInt32())
            throw new InvalidDataException($"the content of the frame before byte {_source.Position} is damaged: its check does not match");
        if (frame.ContentBytes is { } expected && expected != _contentBytes)
            throw new InvalidDataException(
                $"the frame before byte {_source.Position} has {_contentBytes} bytes of content, but its header says {expected}");
        _frame = null;
    }

    private uint ReadUInt32()
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        _source.Read(word);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}

/// <summary>The header of an LZ4 frame; see <see cref="Lz4DecompressionStream"/>.</summary>
internal readonly record struct Lz4FrameHeader(
    int BlockBytesMax, bool HasLinkedBlocks, bool HasBlockChecksums, bool HasContentChecksum, ulong? ContentBytes)
{
    private const int FlagsMask = 0b1100_0000, FlagsKnown = 0b0100_0000;
    private const int Independent = 0x20, BlockChecksums = 0x10, ContentSize = 8, ContentChecksum = 4, Reserved = 2, DictionaryId = 1;
    private const int FewestBlockBits = 16;

    /// <summary>Reads the header after its magic number. Rejects versions that are not supported, and frames with a dictionary.</summary>
    public static Lz4FrameHeader Read(PackedSource source)
    {
        long start = source.Position;
        Span<byte> head = stackalloc byte[2 + sizeof(ulong) + sizeof(uint) + 1];
        source.Read(head[..2]);
        byte flags = head[0];
        int length = 2 + ((flags & ContentSize) != 0 ? sizeof(ulong) : 0) + ((flags & DictionaryId) != 0 ? sizeof(uint) : 0);
        source.Read(head[2..(length + 1)]);
        if (head[length] != (byte)(XxHash32.HashToUInt32(head[..length]) >> 8))
            throw new InvalidDataException($"the head of the LZ4 frame at byte {start} is damaged: its check does not match");

        // Codes of block sizes are 4 (64 KiB) to 7 (4 MiB), between reserved bits.
        int sizeCode = head[1] >> 4;
        if ((flags & FlagsMask) != FlagsKnown || (flags & Reserved) != 0 || (head[1] & 0xF) != 0 || sizeCode is < 4 or > 7)
            Reject.Unsupported($"the LZ4 frame at byte {start} has unknown flags {Convert.ToHexStringLower(head[..2])}");
        if ((flags & DictionaryId) != 0)
            Reject.Unsupported($"the LZ4 frame at byte {start} needs a dictionary: unpack it with 'lz4 -dk -D DICTIONARY'");
        return new Lz4FrameHeader(
            1 << (FewestBlockBits + (2 * (sizeCode - 4))),
            (flags & Independent) == 0,
            (flags & BlockChecksums) != 0,
            (flags & ContentChecksum) != 0,
            (flags & ContentSize) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(head[2..]) : null);
    }
}
