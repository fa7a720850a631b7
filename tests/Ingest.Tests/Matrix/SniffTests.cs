using System.Text;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.Ingest.Tests.Ctf;
using ForkTrace.Ingest.Tests.NetTrace;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Perfetto;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// Two formats never accept the same input, so the order of the catalogue does not matter. <see cref="Text.TextSniffTests"/> tests the
/// shipped files; these tests use the beginnings that only encoders make.
/// </summary>
public sealed class SniffTests
{
    private static readonly Dictionary<string, (string Format, byte[] Bytes)> s_inputs = Inputs();

    public static TheoryData<string> Names => [.. s_inputs.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Exactly_one_format_knows_it(string name)
    {
        (string format, byte[] bytes) = s_inputs[name];
        Assert.Equal([format], Claims(bytes.AsSpan(0, Math.Min(bytes.Length, FormatCatalog.PrefixBytes))));
    }

    /// <summary>
    /// Two formats never accept the same beginning, however short it is. From some length on, its own format accepts it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void No_beginning_of_it_has_two_claims(string name)
    {
        (string format, byte[] bytes) = s_inputs[name];
        int whole = Math.Min(bytes.Length, FormatCatalog.PrefixBytes);
        for (int length = 0; length <= whole; length += length < 300 ? 1 : 37)
        {
            string[] claims = Claims(bytes.AsSpan(0, length));
            Assert.True(claims.Length <= 1, $"{length} bytes: {string.Join(", ", claims)}");
            Assert.True(claims.Length == 0 || claims[0] == format || length < 128, $"{length} bytes: {string.Join(", ", claims)}");
        }
    }

    /// <summary>With other lines before a text, or an unusual first byte, no second format accepts it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void After_damage_at_the_beginning_no_second_format_accepts_the_input(string name)
    {
        byte[] bytes = s_inputs[name].Bytes;
        byte[] prefix = bytes[..Math.Min(bytes.Length, FormatCatalog.PrefixBytes - 1)];
        Assert.True(Claims([(byte)'\n', .. prefix]).Length <= 1);
        Random random = new(9);
        for (int turn = 0; turn < 200; turn++)
        {
            byte[] damaged = [.. prefix];
            damaged[random.Next(Math.Min(16, damaged.Length))] = (byte)random.Next(256);
            Assert.True(Claims(damaged).Length <= 1, string.Join(", ", Claims(damaged)));
        }
    }

    [Fact]
    public void Every_format_of_the_catalogue_is_among_the_inputs() =>
        Assert.Equal(
            FormatCatalog.All.Select(format => format.Descriptor.Name),
            s_inputs.Values.Select(input => input.Format).Distinct().Order(StringComparer.Ordinal));

    private static string[] Claims(ReadOnlySpan<byte> prefix)
    {
        List<string> claims = [];
        foreach (ITraceFormat format in FormatCatalog.All)
        {
            if (format.Sniff(prefix))
                claims.Add(format.Descriptor.Name);
        }

        return [.. claims];
    }

    private static Dictionary<string, (string Format, byte[] Bytes)> Inputs()
    {
        List<RecordedEvent> events = RecordedEvent.All();
        Dictionary<string, (string Format, byte[] Bytes)> inputs = [];
        foreach (bool bigEndian in new[] { false, true })
        {
            string order = bigEndian ? "big-endian" : "little-endian";
            PerfFileWriter perf = PerfFileWriter.WithTwoEvents(bigEndian);
            inputs[$"perf file, {order}"] = ("perf.data", perf.ToFile());
            inputs[$"perf pipe, {order}"] = ("perf.data", perf.ToPipe());
            inputs[$"trace.dat 6, {order}"] = ("trace.dat", TraceDat(6, bigEndian).Build());
            inputs[$"trace.dat 7, {order}"] = ("trace.dat", TraceDat(7, bigEndian).Build());
            inputs[$"trace.dat of text, {order}"] = ("trace.dat", new TraceDatWriter { BigEndian = bigEndian, LatencyText = [35] }.Build());
            inputs[$"ctf in packets, {order}"] = ("ctf", Metadata(new CtfWriter(bigEndian) { IsMetadataPacketised = true }));
            inputs[$"ctf text, {order}"] = ("ctf", Metadata(new CtfWriter(bigEndian)));
        }

        foreach (string form in new[] { "full", "compact", "compact zlib", "full zstd", "generic", "described" })
            inputs[$"perfetto {form}"] = ("perfetto", EncodedRecordingTests.Encoder(form).Encode(events));
        foreach (string style in FtracePrinter.Styles)
            inputs[$"ftrace {style}"] = ("ftrace-text", FtracePrinter.Print(events, style));
        inputs["nettrace"] = ("nettrace", new NetTraceWriter().Write(events));
        inputs["etl"] = ("etl", EtlHead());
        string systrace = "<!DOCTYPE html>\n<html><head><title>Android System Trace</title>\n"
            + "<script class=\"trace-data\">\n# tracer: nop\n";
        inputs["systrace"] = ("ftrace-text", Encoding.ASCII.GetBytes(systrace));
        inputs["perf script"] = ("perf-script", Sample("formats/perf_file.script_ns.txt.zst"));
        inputs["trace-cmd report"] = ("trace-cmd-report", Sample("formats/v7_default.report.txt.zst"));
        return inputs;
    }

    private static TraceDatWriter TraceDat(int version, bool bigEndian) =>
        new TraceDatWriter { Version = version, BigEndian = bigEndian }.Buffer("", "local", (0, HeadTests.Page(1000, 1, bigEndian)));

    private static byte[] Metadata(CtfWriter writer)
    {
        using CtfTrace trace = CtfTrace.Of(writer, []);
        return File.ReadAllBytes(Path.Combine(trace.Path, "metadata"));
    }

    private static byte[] EtlHead()
    {
        byte[] head = new byte[1024];
        BitConverter.TryWriteBytes(head.AsSpan(0), 65536u);
        BitConverter.TryWriteBytes(head.AsSpan(4), 512u);
        (head[72], head[74], head[75]) = (2, 2, 0xC0);
        return head;
    }

    private static byte[] Sample(string name)
    {
        using Input.TraceInput input = Opening.TraceOpener.Open(RepositoryFiles.SampleTrace(name));
        return input.SliceUpTo(0, FormatCatalog.PrefixBytes).ToArray();
    }
}
