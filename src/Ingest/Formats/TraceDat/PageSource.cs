using System.IO.Compression;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Reads the pages of one CPU, some at a time: windows of the file, or chunks decompressed into one buffer.</summary>
/// <remarks>
/// Compressed data of one CPU, with numbers in the recorder's byte order. Each chunk is compressed separately and contains whole pages:
/// <code>u32 chunks  { u32 packed bytes  u32 content bytes  packed bytes }</code>
/// The size of a CPU's data in the file does not include the number of chunks (trace-cmd 3.1.6).
/// </remarks>
internal sealed class PageSource
{
    // The recorder writes chunks of ten pages.
    private const uint ChunkBytesMax = 1 << 26;
    private const int ChunkHeaderBytes = 8;

    private readonly InputWindow _window;
    private readonly bool _isCompressed;
    private readonly int _pageBytes;
    private readonly bool _swap;
    private readonly long _end;
    private long _at;
    private uint _chunksLeft;

    /// <summary>The pages of a section, which must be inside the file.</summary>
    public PageSource(InputWindow window, CpuSection section, int pageBytes, bool isCompressed, bool swap)
    {
        _window = window;
        _isCompressed = isCompressed;
        _pageBytes = pageBytes;
        _swap = swap;
        _at = section.Offset;
        _end = section.Offset + section.Bytes + (isCompressed ? sizeof(uint) : 0);
        if (isCompressed && section.Bytes > 0)
            _chunksLeft = ReadUInt32("the number of chunks of a CPU");
    }

    /// <summary>Offset in the file up to which data has been read.</summary>
    public long Position => _at;

    /// <summary>The next pages, valid until the next call; false at the end. The last page may be shorter than a page.</summary>
    public bool TryNext(ChunkDecompressor decompressor, out ReadOnlySpan<byte> pages)
    {
        if (!_isCompressed)
            return TryNextSlice(out pages);
        if (_chunksLeft == 0)
        {
            pages = [];
            return false;
        }

        _chunksLeft--;
        pages = NextChunk(decompressor);
        return true;
    }

    private bool TryNextSlice(out ReadOnlySpan<byte> pages)
    {
        long sliceBytes = Math.Min(_end - _at, Math.Max(1, _window.SizeBytes / _pageBytes) * _pageBytes);
        pages = _window.Slice(_at, sliceBytes, "the pages of a CPU");
        _at += sliceBytes;
        return sliceBytes > 0;
    }

    private ReadOnlySpan<byte> NextChunk(ChunkDecompressor decompressor)
    {
        long offset = _at;
        uint packedBytes = ReadUInt32("the header of a chunk");
        uint contentBytes = ReadUInt32("the header of a chunk");
        if (contentBytes is 0 or > ChunkBytesMax || (contentBytes % _pageBytes != 0 && _chunksLeft > 0))
            Reject.Invalid("the content size of a chunk", offset, $"{contentBytes}", $"pages of {_pageBytes}, at most {ChunkBytesMax}");
        if (packedBytes > _end - _at)
            Reject.Truncated("a chunk", offset, ChunkHeaderBytes + packedBytes, _end - offset);
        ReadOnlySpan<byte> packed = _window.Slice(_at, packedBytes, "a chunk");
        _at += packedBytes;
        return decompressor.Decompress(packed, (int)contentBytes, offset);
    }

    private uint ReadUInt32(string what)
    {
        ByteCursor cursor = new(_window.Slice(_at, Math.Min(_end - _at, sizeof(uint)), what), _at, _swap);
        _at += sizeof(uint);
        return cursor.ReadUInt32(what);
    }
}

/// <summary>
/// Decompresses blocks of a trace.dat, each a whole zstd frame or zlib stream, into one buffer, which is reused for the next block. Not
/// thread safe.
/// </summary>
internal sealed class ChunkDecompressor(ChunkCompression compression, UnpackBudget budget) : IDisposable
{
    // Reused, because the allocation of a decoder's context is expensive for blocks of a few pages.
    private ZstdDecoder? _zstd;
    private byte[] _buffer = [];

    /// <summary>
    /// The content of the block at an offset, valid until the next call. Rejects a damaged block, or one whose content size is not the size
    /// in the file. The caller must have checked that size against a limit.
    /// </summary>
    public ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> packed, int contentBytes, long offset)
    {
        budget.Take(contentBytes);
        if (_buffer.Length < contentBytes)
            _buffer = GC.AllocateUninitializedArray<byte>(contentBytes);
        Span<byte> content = _buffer.AsSpan(0, contentBytes);
        int written = 0;
        try
        {
            written = compression switch
            {
                ChunkCompression.Zstd => (_zstd ??= new ZstdDecoder()).DecompressWhole(packed, content),
                ChunkCompression.Zlib => FromZlib(packed, content),
                _ => throw new InvalidDataException("the file names no compression."),
            };
        }
        catch (InvalidDataException damage)
        {
            Reject.Invalid("a compressed block", offset, $"damaged ({damage.Message.TrimEnd('.')})", "whole");
        }

        if (written != contentBytes)
            Reject.Invalid("a compressed block", offset, $"{written} or more bytes when decompressed", $"{contentBytes}, as the file says");
        return content;
    }

    public void Dispose() => _zstd?.Dispose();

    private static unsafe int FromZlib(ReadOnlySpan<byte> packed, Span<byte> content)
    {
        if (packed.IsEmpty)
            throw new InvalidDataException("the block is empty");
        fixed (byte* from = packed)
        {
            using UnmanagedMemoryStream source = new(from, packed.Length);
            using ZLibStream unpacking = ZlibStreams.Unpack(source);
            int total = unpacking.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (unpacking.ReadByte() >= 0)
                throw new InvalidDataException("it contains more than the file says");
            return total;
        }
    }
}
