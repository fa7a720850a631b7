using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Reads .xz files from the xz tool: whole files give the packed content, damaged files are rejected.</summary>
public sealed class XzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands => [.. XzSamples.All.Select(sample => sample.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_xz_packed_is_what_it_was(string command) => Assert.Equal(XzSamples.Content, Unpacked(Packed(command)));

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public void Chunks_that_are_not_packed_are_copied(int length)
    {
        byte[] content = new byte[length];
        new Random(1).NextBytes(content);
        Assert.Equal(content, Unpacked(new XzWriter().Write(content)));
    }

    [Fact]
    public void Streams_one_after_another_are_one()
    {
        byte[] two = [.. Packed(XzSamples.All[0].Command), .. new byte[4], .. new XzWriter().Write("more"u8), .. new byte[12]];
        Assert.Equal([.. XzSamples.Content, .. "more"u8], Unpacked(two));
    }

    /// <summary>A cut or damaged .xz file is rejected, because checks cover every byte, unless a block has no check.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void No_flipped_bit_passes(string command)
    {
        byte[] packed = Packed(command);
        Random random = new(1);
        bool hasCheck = !command.Contains("-C none", StringComparison.Ordinal);

        // A file with another beginning is not an .xz file.
        for (int at = 6; at < packed.Length; at += hasCheck ? 3 : packed.Length)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= (byte)(1 << random.Next(8));
            Assert.NotEmpty(Rejection(damaged).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_cut_passes(string command)
    {
        byte[] packed = Packed(command);

        // The last sample has two streams. A file may end after the first stream, and after every four zeros that follow it.
        HashSet<int> ends = [.. Enumerable.Range(0, packed.Length).Where(end => IsEnd(packed, end))];
        for (int length = 8; length < packed.Length; length += 5)
        {
            if (!ends.Contains(length))
                Assert.Equal("damaged_wrapping", Rejection(packed[..length]).Code);
        }
    }

    [Fact]
    public void What_follows_must_be_a_stream()
    {
        IngestException rejection = Rejection([.. Packed(XzSamples.All[0].Command), .. "something else"u8]);
        Assert.Equal("damaged_wrapping", rejection.Code);
        Assert.Contains("the data at byte 1532, after an .xz stream, is not another stream", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_lists_other_sizes_is_damage() => Assert.Contains(
        "does not match the blocks before it", Rejection(new XzWriter { IndexError = 1 }.Write("text"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_first_chunk_that_needs_what_came_before_is_damage()
    {
        IngestException rejection = Rejection(new XzWriter { FirstControl = 2 }.Write("text"u8));
        Assert.Contains("begins with 02, which is not allowed there", rejection.Message, StringComparison.Ordinal);
    }

    /// <summary>Unsupported features are rejected with advice. No memory is allocated for a claimed dictionary.</summary>
    [Fact]
    public void What_is_not_read_is_reported()
    {
        (XzWriter Writer, string Message)[] cases =
        [
            (new XzWriter { Filter = 4 }, "uses filter 4, but only LZMA2 alone is supported: unpack it with 'xz -dk'"),
            (new XzWriter { DictionaryBits = 40 }, "needs a dictionary of 4294967295 bytes, but the limit is 134217728"),
            (new XzWriter { DictionaryBits = 31 }, "needs a dictionary of 201326592 bytes"),
            (new XzWriter { CheckKind = 2 }, "has checks of kind 2"),
            (new XzWriter { CheckKind = 0x10 }, "has unknown flags 0010"),
        ];
        foreach ((XzWriter writer, string message) in cases)
        {
            IngestException rejection = Rejection(writer.Write("text"u8));
            Assert.Equal("unsupported", rejection.Code);
            Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
        }

        Assert.Equal("text"u8, Unpacked(new XzWriter { DictionaryBits = 30 }.Write("text"u8)));
    }

    private static byte[] Packed(string command) => XzSamples.All.First(sample => sample.Command == command).Packed;

    private static bool IsEnd(byte[] packed, int end)
    {
        int footer = end;
        while (footer > 4 && footer % 4 == 0 && packed.AsSpan(footer - 4, 4).IndexOfAnyExcept((byte)0) < 0)
            footer -= 4;
        return footer % 4 == 0 && footer > 12 && packed.AsSpan(footer - 2, 2).SequenceEqual("YZ"u8);
    }

    private byte[] Unpacked(byte[] packed)
    {
        using TraceInput input = TraceOpener.Open(_folder.Put("packed", packed));
        return input.Slice(0, input.Length, "all").ToArray();
    }

    private IngestException Rejection(byte[] packed) => Assert.Throws<IngestException>(() => Unpacked(packed));
}
