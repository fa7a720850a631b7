using ForkTrace.Arrow.Compression;

namespace ForkTrace.Arrow.Tests.Compression;

public sealed class ZstdStreamTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(7, 3)]
    [InlineData(100_000, 1 << 20)]
    public void Pieces_cut_anywhere_decode_to_the_same(int sourcePiece, int targetPiece)
    {
        byte[] content = Samples.Text(20_000);
        byte[] packed = [.. Zstd.Compress(content.AsSpan(0, 9_000)), .. Zstd.Compress(content.AsSpan(9_000))];
        using ZstdStreamDecoder decoder = new();
        using MemoryStream all = new();
        byte[] target = new byte[targetPiece];
        for (int start = 0; start < packed.Length; start += sourcePiece)
        {
            ReadOnlySpan<byte> source = packed.AsSpan(start, Math.Min(sourcePiece, packed.Length - start));
            int written;
            do
            {
                decoder.Decompress(source, target, out int consumed, out written);
                source = source[consumed..];
                all.Write(target, 0, written);
            }
            while (!source.IsEmpty || written == target.Length);
        }

        Assert.True(decoder.IsAtFrameEnd);
        Assert.Equal(content, all.ToArray());
        Assert.Equal(packed.Length, decoder.BytesConsumed);
        Assert.Equal(content.Length, decoder.BytesWritten);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(128 * 1024)]
    public void A_stream_reads_frames_and_skippable_frames_in_order(int bufferBytes)
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] content = Samples.Text(10_000);
        byte[] packed = [.. Zstd.Compress(content.AsSpan(0, 10)), .. skippable, .. Zstd.Compress([]), .. Zstd.Compress(content.AsSpan(10))];
        using ZstdDecompressionStream stream = new(new OneByteStream(packed), bufferBytes: bufferBytes);
        using MemoryStream all = new();
        stream.CopyTo(all);
        Assert.Equal(content, all.ToArray());
        Assert.Equal(-1, stream.ReadByte());
        Assert.Equal(content.Length, stream.Position);
        Assert.Equal(packed.Length, stream.CompressedPosition);
    }

    [Fact]
    public void Every_truncated_stream_ends_in_an_error()
    {
        byte[] first = Zstd.Compress(Samples.Text(300));
        byte[] packed = [.. first, .. Zstd.Compress(Samples.Text(400))];
        for (int length = 0; length < packed.Length; length++)
        {
            using ZstdDecompressionStream stream = new(new MemoryStream(packed, 0, length));
            // A cut between two frames is a whole stream of one frame: nothing in the format could tell.
            if (length == first.Length)
                stream.CopyTo(Stream.Null);
            else
                Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
        }
    }

    [Fact]
    public void Flipped_bits_give_data_or_an_error()
    {
        byte[] packed = Zstd.Compress(Samples.Text(2_000));
        int errors = 0;
        for (int bit = 0; bit < packed.Length * 8; bit++)
        {
            byte[] damaged = [.. packed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using ZstdDecompressionStream stream = new(new MemoryStream(damaged));
            try
            {
                stream.CopyTo(Stream.Null);
            }
            catch (InvalidDataException)
            {
                errors++;
            }
        }

        Assert.True(errors > packed.Length, $"{errors} errors");
    }

    [Fact]
    public void Bytes_after_the_last_frame_are_an_error()
    {
        byte[] packed = [.. Zstd.Compress("content"u8), .. "trailing bytes"u8];
        using ZstdDecompressionStream stream = new(new MemoryStream(packed));
        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void A_window_over_the_limit_is_refused_and_the_decoder_can_go_on()
    {
        // Descriptor 0: a window descriptor follows; exponent 20 is a window of 2^30 bytes.
        byte[] huge = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, (5 << 3) | 1, 0, 0, .. "hello"u8];
        using ZstdStreamDecoder decoder = new();
        byte[] target = new byte[16];
        Assert.Throws<InvalidDataException>(() => decoder.Decompress(huge, target, out _, out _));
        decoder.Reset();
        decoder.Decompress(Zstd.Compress("after"u8), target, out _, out int written);
        Assert.Equal("after"u8, target.AsSpan(0, written));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZstdStreamDecoder(maxWindowLog: 99));
    }

    [Fact]
    public void Pushing_bytes_allocates_nothing()
    {
        byte[] packed = Zstd.Compress(Samples.Text(5_000));
        byte[] target = new byte[8_000];
        using ZstdStreamDecoder decoder = new();
        decoder.Decompress(packed, target, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            decoder.Decompress(packed, target, out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(decoder.IsAtFrameEnd);
    }

    /// <summary>Gives one byte a read, as a slow pipe may.</summary>
    private sealed class OneByteStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
