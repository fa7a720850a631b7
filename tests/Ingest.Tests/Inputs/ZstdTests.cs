using System.Text;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>The zstd decoder and its stream: whole frames, pieces, damage, and claimed sizes.</summary>
/// <remarks>Every test with a recording shipped as .zst reads output of the zstd tool.</remarks>
public sealed class ZstdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public void What_was_compressed_comes_back(int length)
    {
        byte[] content = Text(length);
        byte[] packed = ZstdFrames.Pack(content);
        byte[] back = new byte[length + 10];
        using ZstdDecoder decoder = new();
        Assert.Equal(length, decoder.DecompressWhole(packed, back));
        Assert.Equal(content, back[..length]);
        Assert.Equal(content, Unpacked(packed));
        Assert.True(ZstdDecoder.IsFrameStart(packed));
    }

    [Fact]
    public void A_frame_written_by_hand_decodes()
    {
        // RFC 8878: magic; descriptor 0x20 (single segment, one byte of content size); size 5; last raw block of 5 bytes; "hello".
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, (5 << 3) | 1, 0, 0, .. "hello"u8];
        Assert.Equal("hello"u8.ToArray(), Unpacked(frame));
    }

    [Fact]
    public void Concatenated_frames_decode_as_one_content()
    {
        byte[] both = [.. ZstdFrames.Pack("one "u8), .. ZstdFrames.Pack([]), .. ZstdFrames.Pack("two"u8)];
        Assert.Equal("one two"u8.ToArray(), Unpacked(both));
        Span<byte> target = stackalloc byte[7];
        using ZstdDecoder decoder = new();
        Assert.Equal(7, decoder.DecompressWhole(both, target));
        Assert.Equal("one two"u8, target);
    }

    [Fact]
    public void More_content_than_allowed_is_rejected()
    {
        byte[] packed = ZstdFrames.Pack(new byte[1_000_000]);
        Assert.True(packed.Length < 1000);
        using ZstdDecoder decoder = new();
        Assert.Throws<InvalidDataException>(() => decoder.DecompressWhole(packed, new byte[999_999]));
        Assert.Equal(1_000_000, decoder.DecompressWhole(packed, new byte[1_000_000]));
    }

    [Fact]
    public void Every_truncation_is_rejected()
    {
        byte[] packed = ZstdFrames.Pack(Text(500));
        byte[] target = new byte[500];
        using ZstdDecoder decoder = new();
        for (int length = 1; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            Assert.Throws<InvalidDataException>(() => decoder.DecompressWhole(cut, target));
        }
    }

    [Fact]
    public void Bytes_that_are_not_a_frame_are_rejected()
    {
        Assert.False(ZstdDecoder.IsFrameStart("not zstd at all"u8));
        Assert.False(ZstdDecoder.IsFrameStart([0x28, 0xB5]));
        Assert.Throws<InvalidDataException>(() => Unpacked("not zstd at all"u8.ToArray()));
        using ZstdDecoder decoder = new();
        Assert.Throws<InvalidDataException>(() => decoder.DecompressWhole("not zstd at all"u8, new byte[10]));
    }

    [Fact]
    public void A_claimed_size_costs_no_memory()
    {
        // Descriptor 0xA0: single segment, four bytes of content size; it claims 2 GiB - 1 and then ends.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0];
        long before = Environment.WorkingSet;
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Unpacked(frame));
        Assert.Contains("too much memory", refused.Message, StringComparison.Ordinal);
        Assert.True(Environment.WorkingSet - before < 100_000_000);
    }

    [Fact]
    public void A_wrong_checksum_is_rejected()
    {
        // "hello" as above, with the content's checksum (descriptor 0x24): the low half of XXH64.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x24, 5, (5 << 3) | 1, 0, 0, .. "hello"u8];
        byte[] check = BitConverter.GetBytes((uint)System.IO.Hashing.XxHash64.HashToUInt64("hello"u8));
        Assert.Equal("hello"u8.ToArray(), Unpacked([.. frame, .. check]));
        check[0] ^= 1;
        Assert.Throws<InvalidDataException>(() => Unpacked([.. frame, .. check]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(7, 3)]
    [InlineData(100_000, 1 << 20)]
    public void Pieces_cut_anywhere_decode_to_the_same(int sourcePiece, int targetPiece)
    {
        byte[] content = Text(20_000);
        byte[] packed = [.. ZstdFrames.Pack(content.AsSpan(0, 9_000)), .. ZstdFrames.Pack(content.AsSpan(9_000))];
        using ZstdDecoder decoder = new();
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
        byte[] content = Text(10_000);
        byte[] packed =
        [
            .. ZstdFrames.Pack(content.AsSpan(0, 10)), .. skippable, .. ZstdFrames.Pack([]), .. ZstdFrames.Pack(content.AsSpan(10)),
        ];
        using ZstdDecompressionStream stream = new(new OneByteStream(packed), bufferBytes);
        using MemoryStream all = new();
        stream.CopyTo(all);
        Assert.Equal(content, all.ToArray());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void Every_truncated_stream_ends_in_an_error()
    {
        byte[] first = ZstdFrames.Pack(Text(300));
        byte[] packed = [.. first, .. ZstdFrames.Pack(Text(400))];
        for (int length = 0; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            // A cut between two frames gives a valid stream of one frame, so it cannot be detected.
            if (length == first.Length)
                Assert.Equal(300, Unpacked(cut).Length);
            else
                Assert.Throws<InvalidDataException>(() => Unpacked(cut));
        }
    }

    [Fact]
    public void Flipped_bits_give_data_or_an_error()
    {
        byte[] packed = ZstdFrames.Pack(Text(2_000));
        int errors = 0;
        for (int bit = 0; bit < packed.Length * 8; bit++)
        {
            byte[] damaged = [.. packed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Unpacked(damaged);
            }
            catch (InvalidDataException)
            {
                errors++;
            }
        }

        Assert.True(errors > packed.Length, $"{errors} errors");
    }

    [Fact]
    public void Bytes_after_the_last_frame_are_an_error() =>
        Assert.Throws<InvalidDataException>(() => Unpacked([.. ZstdFrames.Pack("content"u8), .. "trailing bytes"u8]));

    [Fact]
    public void A_window_over_the_limit_is_rejected_and_the_decoder_can_continue()
    {
        // Descriptor 0: a window descriptor follows; exponent 20 is a window of 2^30 bytes.
        byte[] huge = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, (5 << 3) | 1, 0, 0, .. "hello"u8];
        using ZstdDecoder decoder = new();
        byte[] target = new byte[16];
        Assert.Throws<InvalidDataException>(() => decoder.Decompress(huge, target, out _, out _));
        decoder.Reset();
        decoder.Decompress(ZstdFrames.Pack("after"u8), target, out _, out int written);
        Assert.Equal("after"u8, target.AsSpan(0, written));
    }

    [Fact]
    public void Pushing_bytes_allocates_nothing()
    {
        byte[] packed = ZstdFrames.Pack(Text(5_000));
        byte[] target = new byte[8_000];
        using ZstdDecoder decoder = new();
        decoder.Decompress(packed, target, out _, out _);
        decoder.DecompressWhole(packed, target);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            decoder.Decompress(packed, target, out _, out _);
            decoder.DecompressWhole(packed, target);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(decoder.IsAtFrameEnd);
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using ZstdDecompressionStream stream = new(new MemoryStream(packed));
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    // Has repetitions that are not exact.
    private static byte[] Text(int length)
    {
        StringBuilder text = new();
        for (int line = 0; text.Length < length; line++)
            text.Append("event ").Append(line * 7919 % 1000).Append(" on cpu ").Append(line % 4).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>Returns one byte per read, like a slow pipe.</summary>
    private sealed class OneByteStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
