using ForkTrace.Events;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// One recording gives the same events in every container that its recorder can write, and as the kernel's text with each option. <see
/// cref="TextMatrixTests"/> tests the texts of the tools. The bytes of the events are real.
/// </summary>
public sealed class ContainerMatrixTests
{
    public static TheoryData<string> FtraceStyles => [.. FtracePrinter.Styles];

    [Theory]
    [InlineData(6, "none")]
    [InlineData(7, "none")]
    [InlineData(7, "zstd")]
    [InlineData(7, "zlib")]
    public void Trace_dat_of_every_version_and_compression(int version, string compression)
    {
        TraceDatParts parts = TraceDatParts.OfSample();
        TraceDatWriter writer = new() { Version = version, Compression = compression, Formats = parts.Formats };
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, parts.Pages[0]), (1, parts.Pages[1])));
        CheckAlike(expected, table);
        Assert.Equal($"trace.dat v{version}", table.Facts.Format);
    }

    [Fact]
    public void Perf_data_of_every_kind()
    {
        byte[] file = SampleRecordings.Bytes("formats/perf_file.data");
        PerfDataParts parts = new(file);
        using EventTable expected = Recordings.Read(file, keepAll: false);
        byte[][] containers =
        [
            parts.ToPipe(), parts.ToPipe(81), parts.ToPipe(83), parts.ToCompressedFile(81), parts.ToCompressedFile(83),
        ];
        foreach (byte[] container in containers)
        {
            using EventTable table = Recordings.Read(container, keepAll: false);
            CheckAlike(expected, table);
            Assert.Equal(
                (expected.Facts.Kernel, expected.Facts.Machine, expected.Facts.Clock, expected.Facts.Recorder, expected.Facts.Cpus),
                (table.Facts.Kernel, table.Facts.Machine, table.Facts.Clock, table.Facts.Recorder, table.Facts.Cpus));
        }
    }

    [Theory]
    [MemberData(nameof(FtraceStyles))]
    public void The_kernels_text_of_every_style(string style)
    {
        List<RecordedEvent> events = RecordedEvent.All();
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using EventTable table = TextFile.Read(FtracePrinter.Print(events, style));
        long startNs = style == "latency-format" ? events[0].TimeNs / 1000 * 1000 : 0;
        long unitNs = style == "x86-tsc" ? 1 : 1000;

        // Events in the same microsecond are in order of CPU. The interrupted thread is the one that perf script prints.
        Row[] rows = [.. Row.Of(expected).Select(row => Comparable(row with { TimeNs = (row.TimeNs / unitNs * unitNs) - startNs }))];
        Assert.Equal(rows.OrderBy(row => row.TimeNs).ThenBy(row => row.Cpu), Row.Of(table).Select(Comparable));
        Assert.Equal(expected.Facts.EventsByKind, table.Facts.EventsByKind);
        Assert.Equal(expected.Facts.Tasks, table.Facts.Tasks);
        Assert.Equal(style == "x86-tsc" ? ["no_time_unit"] : [], table.Facts.Issues.Select(issue => issue.Code));
    }

    private static Row Comparable(Row row) => row.WithoutTasks();

    private static void CheckAlike(EventTable expected, EventTable actual)
    {
        Assert.Equal(Row.Of(expected), Row.Of(actual));
        Assert.Equal(expected.Facts.EventsByKind, actual.Facts.EventsByKind);
        Assert.Equal(expected.Facts.EventsSkipped, actual.Facts.EventsSkipped);
        Assert.Empty(actual.Facts.Issues);
    }
}
