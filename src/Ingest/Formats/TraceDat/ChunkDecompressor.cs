using System.IO.Compression;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// Decompresses blocks of a trace.dat, each a whole zstd frame or zlib stream, into one buffer that is used again for the next block. One
/// thread uses it.
/// </summary>
internal sealed class ChunkDecompressor(ChunkCompression compression) : IDisposable
{
    // A decoder that is kept saves the allocation of its context for each block of a few pages.
    private ZstdDecoder? _zstd;
    private byte[] _buffer = [];

    /// <summary>The block's content, valid until the next call; rejects one that is damaged or not of the size it claims.</summary>
    /// <param name="packed">The block.</param>
    /// <param name="contentBytes">The size that the file claims; the caller has limited it.</param>
    /// <param name="offset">The block's offset in the file, for messages.</param>
    public ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> packed, int contentBytes, long offset)
    {
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
            using ZLibStream unpacking = new(source, CompressionMode.Decompress);
            int total = unpacking.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (unpacking.ReadByte() >= 0)
                throw new InvalidDataException("it holds more than the file says");
            return total;
        }
    }
}
