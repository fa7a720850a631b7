using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Reads .lz4 files from the lz4 tool: whole files give the packed content, damaged files are rejected.</summary>
public sealed class Lz4Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands => [.. Lz4Samples.All.Select(sample => sample.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_lz4_packed_is_what_it_was(string command) => Assert.Equal(Lz4Samples.Content, Unpacked(Packed(command)));

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public void Blocks_that_are_not_packed_are_copied(int length)
    {
        byte[] content = new byte[length];
        new Random(1).NextBytes(content);
        Assert.Equal(content, Unpacked(new Lz4Writer().Write(content)));
    }

    [Fact]
    public void Frames_one_after_another_are_one_and_skippable_ones_are_skipped()
    {
        byte[] skippable = Lz4Writer.Skippable(3);
        byte[] more = new Lz4Writer { Flags = 0x40 }.Write("more"u8);
        foreach ((string command, byte[] packed) in Lz4Samples.All)
        {
            byte[] all = [.. skippable, .. skippable, .. packed, .. Lz4Writer.Skippable(0), .. more, .. new Lz4Writer().Write([]), .. packed, .. skippable];
            Assert.Equal([.. Lz4Samples.Content, .. "more"u8, .. Lz4Samples.Content], Unpacked(all));
        }
    }

    /// <summary>After a flip, a block may refer to another copy of the same bytes. That is not damage.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void No_flipped_bit_gives_other_bytes(string command)
    {
        byte[] packed = Packed(command);
        Random random = new(1);
        bool hasCheck = !command.Contains("--no-frame-crc", StringComparison.Ordinal);

        // A file with another beginning is not an .lz4 file.
        for (int at = 4; at < packed.Length; at += hasCheck ? 3 : packed.Length)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal(Lz4Samples.Content, Unpacked(damaged));
            }
            catch (IngestException rejection)
            {
                Assert.True(rejection.Code is "damaged_wrapping" or "unsupported", rejection.Code);
            }
        }
    }

    /// <summary>Without checks, a flipped bit gives some bytes or a rejection, and nothing else.</summary>
    [Fact]
    public void Without_checks_a_flipped_bit_gives_bytes_or_a_rejection()
    {
        byte[] packed = Lz4Samples.All.Single(sample => sample.Command.Contains("--no-frame-crc", StringComparison.Ordinal)).Packed;
        int rejected = 0;
        for (int bit = 32; bit < packed.Length * 8; bit += 5)
        {
            byte[] damaged = [.. packed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Unpacked(damaged);
            }
            catch (IngestException)
            {
                rejected++;
            }
        }

        Assert.True(rejected > 100, $"{rejected} rejections");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_cut_passes(string command)
    {
        byte[] packed = Packed(command);
        for (int length = 4; length < packed.Length; length += length < 32 || length > packed.Length - 32 ? 1 : 5)
            Assert.Equal("damaged_wrapping", Rejection(packed[..length]).Code);
    }

    [Fact]
    public void What_follows_must_be_a_frame()
    {
        byte[] packed = Lz4Samples.All[0].Packed;
        IngestException rejection = Rejection([.. packed, .. "something else"u8]);
        Assert.Equal("damaged_wrapping", rejection.Code);
        Assert.Contains($"the data at byte {packed.Length}, after an LZ4 frame, is not another frame", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_check_is_compared_by_itself()
    {
        (Lz4Writer Writer, string Message)[] cases =
        [
            (new Lz4Writer { CheckErrors = (1, 0, 0) }, "the head of the LZ4 frame at byte 4 is damaged"),
            (new Lz4Writer { CheckErrors = (0, 1, 0) }, "the block at byte 15 is damaged: its check does not match"),
            (new Lz4Writer { CheckErrors = (0, 0, 1) }, "the content of the frame before byte 35 is damaged"),
            (new Lz4Writer { SizeError = 1 }, "the frame before byte 35 has 4 bytes of content, but its header says 5"),
            (new Lz4Writer { SizeError = -5 }, "has 4 bytes of content, but its header says 18446744073709551615"),
        ];
        foreach ((Lz4Writer writer, string message) in cases)
        {
            IngestException rejection = Rejection(writer.Write("text"u8));
            Assert.Equal("damaged_wrapping", rejection.Code);
            Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A block, packed and unpacked, is not larger than the header says. No memory is allocated for a claimed size.</summary>
    [Fact]
    public void A_block_that_is_too_large_is_damage()
    {
        byte[] head = new Lz4Writer { Flags = 0x40 }.Write([])[..7];
        Assert.Contains("has 65537 bytes, but must have 1 to 65536", Rejection([.. head, 1, 0, 1, 0, .. new byte[65_537]]).Message, StringComparison.Ordinal);
        Assert.Contains("has 2147483647 bytes", Rejection([.. head, 255, 255, 255, 127, 1]).Message, StringComparison.Ordinal);
        Assert.Contains("has 0 bytes", Rejection([.. head, 0, 0, 0, 0x80, 1]).Message, StringComparison.Ordinal);

        // One literal, then a match of 19 + 300 * 255 bytes.
        byte[] block = [0x1F, (byte)'a', 1, 0, .. Enumerable.Repeat((byte)255, 300), 0];
        byte[] size = BitConverter.GetBytes(block.Length);
        Assert.Contains("the block at byte 7 is damaged", Rejection([.. head, .. size, .. block, 0, 0, 0, 0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_read_is_reported()
    {
        (Lz4Writer Writer, string Message)[] cases =
        [
            (new Lz4Writer { Flags = 0x7D }, "needs a dictionary: unpack it with 'lz4 -dk -D DICTIONARY'"),
            (new Lz4Writer { Flags = 0x7E }, "has unknown flags 7e40"),
            (new Lz4Writer { Flags = 0xBC }, "has unknown flags bc40"),
            (new Lz4Writer { BlockSize = 0x30 }, "has unknown flags 7c30"),
            (new Lz4Writer { BlockSize = 0xC0 }, "has unknown flags 7cc0"),
        ];
        foreach ((Lz4Writer writer, string message) in cases)
        {
            IngestException rejection = Rejection(writer.Write("text"u8));
            Assert.Equal("unsupported", rejection.Code);
            Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Packed(string command) => Lz4Samples.All.First(sample => sample.Command == command).Packed;

    private byte[] Unpacked(byte[] packed)
    {
        using TraceInput input = TraceOpener.Open(_folder.Put("packed", packed));
        return input.Slice(0, input.Length, "all").ToArray();
    }

    private IngestException Rejection(byte[] packed) => Assert.Throws<IngestException>(() => Unpacked(packed));
}
