using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Recordings whose events trace-cmd saved as the kernel's text.</summary>
public sealed class TextBufferTests
{
    /// <summary>The text is a real one, in latency-format. The container is generated.</summary>
    [Theory]
    [InlineData(6, "none", false)]
    [InlineData(6, "none", true)]
    [InlineData(7, "none", false)]
    [InlineData(7, "zstd", false)]
    [InlineData(7, "zlib", true)]
    public void Give_what_the_text_gives(int version, string compression, bool bigEndian)
    {
        byte[] text = TextFile.Sample("formats/ftrace_latency.txt.zst");
        TraceDatWriter writer = new() { Version = version, Compression = compression, BigEndian = bigEndian, LatencyText = text };
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/ftrace_latency.txt.zst"));
        using EventTable table = TemporaryTrace.Read(writer.TextOption(5, "Linux box 6.1.99 x86_64"));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal($"trace.dat v{version}, ftrace text (latency-format)", table.Facts.Format);
        Assert.Equal(("6.1.99", "x86_64", version == 7 ? "mono" : ""), (table.Facts.Kernel, table.Facts.Machine, table.Facts.Clock));
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Texts_of_a_tracer_without_events_are_rejected_by_its_name()
    {
        TraceDatWriter writer = new() { LatencyText = Encoding.ASCII.GetBytes("# tracer: irqsoff\n#\n") };
        IngestException? rejection = TemporaryTrace.Rejection(writer.Build());
        Assert.Equal("unsupported", rejection?.Code);
        Assert.Contains("'irqsoff'", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_events_are_named_and_left_out()
    {
        TraceDatWriter writer = new TraceDatWriter { Version = 7, LatencyText = "# tracer: nop\n"u8.ToArray() }
            .Buffer("", "mono", (0, HeadTests.Page(1000, 5)));
        using EventTable table = TemporaryTrace.Read(writer);
        Assert.Equal([5], table.Tids);
        Assert.Contains(table.Facts.Issues, issue => issue is { Code: "text_buffers", Count: 1 });
    }

    [Theory]
    [InlineData(6, "none")]
    [InlineData(7, "none")]
    [InlineData(7, "zstd")]
    public void Cut_or_damaged_are_rejected_or_read(int version, string compression)
    {
        byte[] text = TextFile.Sample("formats/ftrace_latency.txt.zst")[..3000];
        byte[] file = new TraceDatWriter { Version = version, Compression = compression, LatencyText = text }.Build();
        for (int length = 0; length < file.Length; length += 7)
            _ = TemporaryTrace.Rejection(file[..length]);
        Random random = new(22);
        for (int turn = 0; turn < 300; turn++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            _ = TemporaryTrace.Rejection(damaged);
        }
    }
}
