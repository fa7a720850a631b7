using ForkTrace.Arrow.Compression;

namespace ForkTrace.Arrow.Tests.Compression;

public sealed class ZstdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public void What_was_compressed_comes_back(int length)
    {
        byte[] content = Samples.Text(length);
        byte[] packed = Zstd.Compress(content);
        byte[] back = new byte[length + 10];
        Assert.Equal(length, Zstd.Decompress(packed, back));
        Assert.Equal(content, back[..length]);
        Assert.Equal(content, Zstd.Decompress(packed, maxBytes: length));
        Assert.True(Zstd.TryGetContentSize(packed, out long size));
        Assert.Equal(length, size);
        Assert.True(Zstd.IsFrameStart(packed));
    }

    [Fact]
    public void A_frame_written_by_hand_decodes()
    {
        // RFC 8878: magic; descriptor 0x20 (single segment, one byte of content size); size 5; last raw block of 5 bytes; "hello".
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, (5 << 3) | 1, 0, 0, .. "hello"u8];
        Assert.Equal("hello"u8.ToArray(), Zstd.Decompress(frame, maxBytes: 5));
    }

    [Fact]
    public void Concatenated_frames_decode_as_one_content()
    {
        byte[] both = [.. Zstd.Compress("one "u8), .. Zstd.Compress([]), .. Zstd.Compress("two"u8)];
        Assert.Equal("one two"u8.ToArray(), Zstd.Decompress(both, maxBytes: 100));
        Span<byte> target = stackalloc byte[7];
        Assert.Equal(7, Zstd.Decompress(both, target));
        Assert.Equal("one two"u8, target);
    }

    [Fact]
    public void More_content_than_allowed_is_refused()
    {
        byte[] packed = Zstd.Compress(new byte[1_000_000]);
        Assert.True(packed.Length < 1000);
        InvalidDataException one = Assert.Throws<InvalidDataException>(() => Zstd.Decompress(packed, maxBytes: 999_999));
        Assert.Contains("999999 bytes allowed", one.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Zstd.Decompress(packed, new byte[999_999]));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] packed = Zstd.Compress(Samples.Text(500));
        byte[] target = new byte[500];
        for (int length = 0; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            if (length > 0)
                Assert.Throws<InvalidDataException>(() => Zstd.Decompress(cut, target));
            if (length > 0)
                Assert.Throws<InvalidDataException>(() => Zstd.Decompress(cut, maxBytes: 500));
        }
    }

    [Fact]
    public void Bytes_that_are_no_frame_have_no_size()
    {
        Assert.False(Zstd.TryGetContentSize("not zstd at all"u8, out long size));
        Assert.Equal(-1, size);
        Assert.False(Zstd.IsFrameStart("not zstd at all"u8));
        Assert.False(Zstd.IsFrameStart([0x28, 0xB5]));
        Assert.Throws<InvalidDataException>(() => Zstd.Decompress("not zstd at all"u8, maxBytes: 10));
    }

    [Fact]
    public void A_claimed_size_costs_no_memory()
    {
        // Descriptor 0xA0: single segment, four bytes of content size; it claims 2 GiB - 1 and then ends.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0];
        Assert.True(Zstd.TryGetContentSize(frame, out long size));
        Assert.Equal(int.MaxValue, size);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Zstd.Decompress(frame, int.MaxValue));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void A_missing_library_names_the_package()
    {
        Assert.False(ZstdLibrary.TryLoad("libzstd-which-is-not-there.so.1"));
        string message = ZstdLibrary.Missing(ZstdLibrary.Name).Message;
        Assert.Contains("libzstd.so.1", message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libzstd1", message, StringComparison.Ordinal);
        Assert.Contains("dnf install libzstd", message, StringComparison.Ordinal);
    }
}
