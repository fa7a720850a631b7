using System.IO.Compression;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;
using static ForkTrace.Ingest.Tests.Inputs.Packing;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>One recording in every wrapping gives the same events. Other wrappings are rejected with the reason.</summary>
public sealed class WrappingTests : IDisposable
{
    private static readonly byte[] s_recording = SampleRecordings.Bytes("formats/perf_file.data");
    private static readonly byte[] s_other = SampleRecordings.Bytes("formats/v7_default.dat");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Wrappings =>
    [
        "gz", "xz", "lz4", "zst", "zip", "tar", "tar.gz", "tar.xz", "tar.lz4", "zip in gz", "tar of gz", "tar of xz", "tar of lz4", "tar with notes",
        "zip with notes",
    ];

    [Theory]
    [MemberData(nameof(Wrappings))]
    public void The_recording_is_found_in_it(string wrapping)
    {
        using EventTable plain = TraceReader.Read(_folder.Put("perf.data", s_recording));
        byte[] bytes = wrapping switch
        {
            "gz" => Gzip(s_recording),
            "xz" => new XzWriter().Write(s_recording),
            "lz4" => new Lz4Writer().Write(s_recording),
            "zst" => ZstdFrames.Pack(s_recording),
            "zip" => Zip(("a/perf.data", s_recording)),
            "tar" => Tar(("a/perf.data", s_recording)),
            "tar.gz" => Gzip(Tar(("perf.data", s_recording))),
            "tar.xz" => new XzWriter().Write(Tar(("perf.data", s_recording))),
            "tar.lz4" => new Lz4Writer().Write(Tar(("perf.data", s_recording))),
            "zip in gz" => Gzip(Zip(("perf.data", s_recording))),
            "tar of gz" => Tar(("perf.data.gz", Gzip(s_recording))),
            "tar of xz" => Tar(("README", "What was recorded."u8.ToArray()), ("perf.data.xz", new XzWriter().Write(s_recording))),
            "tar of lz4" => Tar(("README", "What was recorded."u8.ToArray()), ("perf.data.lz4", new Lz4Writer().Write(s_recording))),
            "tar with notes" => Tar(("README", "What was recorded."u8.ToArray()), ("perf.data", s_recording), ("z", [])),
            _ => Zip(("README", "What was recorded."u8.ToArray()), ("perf.data", s_recording)),
        };
        using EventTable read = TraceReader.Read(_folder.Put("wrapped", bytes));
        Assert.Equal(plain.TimesNs, read.TimesNs);
        Assert.Equal(plain.Tids, read.Tids);
        Assert.Equal(plain.Facts.EventsTotal, read.Facts.EventsTotal);
        Assert.Equal(bytes.Length, read.Facts.SizeBytes);
        Assert.Equal(RecordingDigest.Of(bytes), read.Facts.Digest);
    }

    /// <summary>atrace -z prints messages, a line TRACE:, and the text as a zlib stream. This output can also be packed again.</summary>
    [Theory]
    [InlineData("TRACE:\n", CompressionLevel.Fastest)]
    [InlineData("capturing trace... done\nTRACE:\n", CompressionLevel.Optimal)]
    [InlineData("capturing trace... done\nTRACE:\n", CompressionLevel.SmallestSize)]
    public void What_atrace_packs_is_read(string before, CompressionLevel level)
    {
        byte[] text = TextFile.Sample("formats/ftrace_default.txt.zst");
        using EventTable plain = TextFile.Read(text);
        using MemoryStream output = new();
        output.Write(System.Text.Encoding.ASCII.GetBytes(before));
        using (ZLibStream zlib = new(output, level, leaveOpen: true))
            zlib.Write(text);
        byte[] bytes = output.ToArray();
        foreach (byte[] packed in (byte[][])[bytes, Gzip(bytes), Zip(("trace.dat", bytes), ("README", "x"u8.ToArray()))])
        {
            using EventTable read = TraceReader.Read(_folder.Put("atrace", packed));
            Assert.Equal(Row.Of(plain), Row.Of(read));
        }
    }

    [Fact]
    public void An_archive_with_two_traces_is_rejected_with_their_names()
    {
        string tar = _folder.Put("two.tar", Tar(("one.data", s_recording), ("two.dat", s_other)));
        string zip = _folder.Put("two.zip", Zip(("one.data", s_recording), ("two.dat", s_other)));
        foreach (string path in (string[])[tar, zip])
        {
            IngestException rejection = Rejection(path);
            Assert.Equal("not_one_trace", rejection.Code);
            Assert.Contains("2 traces (one.data, two.dat)", rejection.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_page_beside_a_trace_is_its_manual()
    {
        byte[] page = "<!DOCTYPE html><title>How to trace</title>"u8.ToArray();
        using EventTable plain = TraceReader.Read(_folder.Put("plain.data", s_recording));
        using EventTable read = TraceReader.Read(_folder.Put("manual.tar", Tar(("README.html", page), ("one.data", s_recording))));
        Assert.Equal(Row.Of(plain), Row.Of(read));
    }

    [Fact]
    public void A_folder_that_is_no_recording_is_named_as_in_the_archive()
    {
        string path = _folder.Put("pages.tar", Tar(("t/formats/header_page", "x"u8.ToArray()), ("t/traces/cpu0", "x"u8.ToArray())));
        Assert.StartsWith("pages.tar contains the folder formats, which is not a recording", Rejection(path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_a_trace_is_rejected()
    {
        Assert.Contains("contains no file", Rejection(_folder.Put("none.zip", Zip())).Message, StringComparison.Ordinal);
        string path = _folder.Put("notes.tar", Tar(("a", "something"u8.ToArray()), ("b", "else"u8.ToArray())));
        Assert.Contains("2 files (a, b), and none of them is a trace", Rejection(path).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("425A6839314159", "bzip2 -dk")]
    [InlineData("02214C186040", "lz4 -dk")]
    public void What_is_not_unpacked_comes_with_the_command_that_does(string beginning, string command)
    {
        IngestException rejection = Rejection(_folder.Put("trace.packed", Convert.FromHexString(beginning)));
        Assert.Equal("unsupported", rejection.Code);
        Assert.Contains($"'{command} ", rejection.Message, StringComparison.Ordinal);
        Assert.Contains("trace.packed", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_in_a_box_without_end_is_rejected()
    {
        byte[] bytes = s_recording[..4096];
        for (int depth = 0; depth < 6; depth++)
            bytes = Gzip(bytes);
        Assert.Equal("too_deep", Rejection(_folder.Put("deep.gz", bytes)).Code);
    }

    /// <summary>An incomplete download is rejected, wherever it ends: within the packed bytes or within the check after them.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99999)]
    public void A_cut_gz_is_damaged(double part)
    {
        byte[] whole = Gzip(TextFile.Sample("formats/ftrace_default.txt.zst"));
        IngestException rejection = Rejection(_folder.Put("half.gz", [.. whole.Take((int)(whole.Length * part))]));
        Assert.Equal("damaged_wrapping", rejection.Code);
    }

    /// <summary>One wrong bit in a .zip cannot change the events, because the checks of its files are verified.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    public void A_damaged_member_of_a_zip_is_damaged(CompressionLevel level)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("trace.txt", level).Open();
            entry.Write(TextFile.Sample("formats/ftrace_default.txt.zst"));
        }

        byte[] whole = packed.ToArray();
        for (int at = whole.Length / 4; at < whole.Length * 3 / 4; at += whole.Length / 10)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            Assert.Equal("damaged_wrapping", Rejection(_folder.Put("damaged.zip", damaged)).Code);
        }
    }

    /// <summary>An archive that is cut or damaged anywhere is rejected or read, without any other exception.</summary>
    [Fact]
    public void Damage_is_rejected()
    {
        byte[] small = s_recording[..2048];
        Random random = new(3);
        byte[] zip = Zip(("a", small), ("b", "no"u8.ToArray()));
        foreach (byte[] whole in (byte[][])[zip, Tar(("a", small)), Gzip(small), new XzWriter().Write(small), new Lz4Writer().Write(small)])
        {
            for (int round = 0; round < 150; round++)
            {
                byte[] damaged = round % 2 == 0 ? whole[..random.Next(1, whole.Length)] : [.. whole];
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    TraceReader.Read(_folder.Put("damaged", damaged)).Dispose();
                }
                catch (IngestException rejection)
                {
                    Assert.NotEmpty(rejection.Message);
                }
            }
        }
    }

    // Sizes, times and owners that are too large for an octal number are written in binary, after a byte of 80.
    // The file claims a long name of a gigabyte. No memory must be allocated for it.
    [Theory]
    [InlineData('L')]
    [InlineData('x')]
    public void A_tar_with_an_endless_name_is_damaged(char type)
    {
        byte[] tar = new byte[2048];
        "trace"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));
        "10000000000"u8.CopyTo(tar.AsSpan(124));
        tar[156] = (byte)type;
        IngestException rejection = Rejection(_folder.Put("trace.tar", tar));
        Assert.Equal("damaged_wrapping", rejection.Code);
        Assert.Contains("1073741824 bytes, but at most 1048576 are allowed", rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 8)]
    [InlineData(124, 12)]
    [InlineData(136, 12)]
    public void A_tar_with_a_number_that_fits_nowhere_is_damaged(int offset, int length)
    {
        byte[] tar = new byte[2048];
        "trace"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));
        tar.AsSpan(offset, length).Fill(0xFF);
        tar[offset] = 0x80;
        tar.AsSpan(148, 8).Fill((byte)' ');
        string sum = Convert.ToString(tar.Take(512).Sum(one => one), 8).PadLeft(6, '0');
        System.Text.Encoding.ASCII.GetBytes(sum + "\0 ").CopyTo(tar, 148);
        Assert.Equal("damaged_wrapping", Rejection(_folder.Put("trace.tar", tar)).Code);
    }

    private static IngestException Rejection(string path) => Assert.Throws<IngestException>(() => TraceReader.Read(path).Dispose());
}
