using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Encoders;
using ForkTrace.TestKit.Fuzzing.Targets;
using static ForkTrace.Ingest.Tests.Inputs.Packing;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Small files that unpack without end are rejected early. Well-packed recordings are not rejected.</summary>
public sealed class UnpackLimitTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    // More than the limit for the smallest file.
    private static readonly byte[] s_newlines = [.. Enumerable.Repeat((byte)'\n', 65 * Mebibyte)];

    private static readonly byte[] s_half = s_newlines[..(40 * Mebibyte)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zst")]
    [InlineData("gz")]
    [InlineData("gz in gz")]
    [InlineData("zip")]
    [InlineData("folder in zip")]
    public void What_unpacks_to_a_thousand_times_its_size_is_rejected(string form)
    {
        byte[] bytes = form switch
        {
            "zst" => ZstdFrames.Pack(s_newlines),
            "gz" => SmallGzip(s_newlines),
            "gz in gz" => SmallGzip(SmallGzip(s_newlines)),
            "zip" => Zip(("trace.txt", s_newlines)),
            _ => Zip(("metadata", "/* CTF 1.8 */"u8.ToArray()), ("channel0_0", s_half), ("channel0_1", s_half)),
        };
        IngestException rejection = Rejection(_folder.Put("bomb", bytes));
        Assert.Equal("too_large", rejection.Code);
        Assert.Contains("--max-unpacked", rejection.Message, StringComparison.Ordinal);
        Assert.True(bytes.Length < 90_000, $"{bytes.Length}");
    }

    [Fact]
    public void The_limit_that_is_given_counts_instead()
    {
        byte[] text = TextFile.Sample("formats/ftrace_default.txt.zst");
        string path = _folder.Put("trace.gz", Gzip(text));
        using EventTable table = TraceReader.Read(path, new IngestOptions { UnpackedMaxBytes = text.Length });
        Assert.True(table.Count > 0);
        IngestException rejection = Assert.Throws<IngestException>(
            () => TraceReader.Read(path, new IngestOptions { UnpackedMaxBytes = text.Length - 1 }).Dispose());
        Assert.Equal("too_large", rejection.Code);
        Assert.Contains($"more than {text.Length - 1} bytes", rejection.Message, StringComparison.Ordinal);
    }

    // Compressed records, chunks and packets in a recording.
    [Theory]
    [InlineData("perf.data")]
    [InlineData("perf.data pipe")]
    [InlineData("trace.dat zstd")]
    [InlineData("trace.dat zlib")]
    [InlineData("perfetto zlib")]
    [InlineData("perfetto zstd")]
    public void What_is_packed_within_a_recording_counts_too(string form)
    {
        string path = _folder.Put("recording", form switch
        {
            "perf.data" => PerfDataTarget.Small("file -z"),
            "perf.data pipe" => PerfDataTarget.Small("pipe -z"),
            "trace.dat zstd" => TraceDatTarget.Small(7, "zstd"),
            "trace.dat zlib" => TraceDatTarget.Small(7, "zlib"),
            _ => new PerfettoTarget().Seeds()[form.EndsWith("zlib", StringComparison.Ordinal) ? 2 : 3],
        });
        using EventTable table = TraceReader.Read(path);
        Assert.True(table.Count > 0);
        IngestException rejection = Assert.Throws<IngestException>(
            () => TraceReader.Read(path, new IngestOptions { UnpackedMaxBytes = 50 }).Dispose());
        Assert.Equal("too_large", rejection.Code);
        Assert.Contains("recording contains or unpacks to more than 50 bytes", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_records_that_unpack_to_a_thousand_times_their_size_are_rejected()
    {
        // FINISHED_ROUND has only a header, { u32 type, u16 misc, u16 size }.
        byte[] round = [68, 0, 0, 0, 0, 0, 8, 0];
        byte[] packed = ZstdFrames.Pack([.. Enumerable.Repeat(round, 65 * Mebibyte / round.Length).SelectMany(bytes => bytes)]);
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian: false);
        file.Record(81, packed);
        string path = _folder.Put("perf.data", file.ToFile());
        Assert.True(packed.Length < 10_000, $"{packed.Length}");
        Assert.Equal("too_large", Rejection(path).Code);
        using EventTable table = TraceReader.Read(path, new IngestOptions { UnpackedMaxBytes = 65 * Mebibyte });
        Assert.Equal(0, table.Count);
    }

    [Theory]
    [InlineData(1, 64L << 20)]
    [InlineData(101_007, 101_007_000)]
    [InlineData(1L << 40, 64L << 30)]
    public void By_default_it_is_a_thousand_times_the_size_within_bounds(long packedBytes, long bytesMax) =>
        Assert.Equal(bytesMax, new UnpackLimit(null).Of(packedBytes));

    [Fact]
    public void A_folders_member_that_is_there_twice_is_several_recordings()
    {
        byte[] metadata = "/* CTF 1.8 */"u8.ToArray();
        string path = _folder.Put("twice.tar", Tar(("kernel/metadata", metadata), ("kernel/channel0_0", [1]), ("kernel/channel0_0", [2])));
        IngestException rejection = Rejection(path);
        Assert.Equal("not_one_trace", rejection.Code);
        Assert.Contains("kernel/channel0_0 twice", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_is_there_twice_is_several_recordings()
    {
        byte[] recording = SampleRecordings.Bytes("formats/perf_file.data");
        IngestException rejection = Rejection(_folder.Put("twice.tar", Tar(("perf.data", recording), ("perf.data", recording))));
        Assert.Contains("contains 2 traces (perf.data, perf.data)", rejection.Message, StringComparison.Ordinal);
    }

    private static byte[] SmallGzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static IngestException Rejection(string path) => Assert.Throws<IngestException>(() => TraceReader.Read(path).Dispose());
}
