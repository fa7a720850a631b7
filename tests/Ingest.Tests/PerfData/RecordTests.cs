using ForkTrace.Events;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Records other than samples, and files that cannot be read.</summary>
public class RecordTests
{
    [Fact]
    public void Unknown_records_are_skipped_and_counted()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        file.Record(1, new byte[32]);
        file.Record(68, []);
        file.Record(32769, new byte[120]);
        file.Record(4000, []);
        file.Record(4000, new byte[3]);
        file.Sample(12, 2, 0, Tracefs.ExitRecord(10, "b"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([9, 10], table.Tids.ToArray());
        ImportIssue issue = Recordings.Issue(table, "unknown_records");
        Assert.Equal((IssueSeverity.Warning, 3L), (issue.Severity, issue.Count));
        Assert.Contains("4000, 32769", issue.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_nothing_but_unknown_types_reports_a_few()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        for (uint type = 0; type < 500; type++)
            file.Record(1000 + type, []);
        using EventTable table = Recordings.Read(file.ToFile());
        ImportIssue issue = Recordings.Issue(table, "unknown_records");
        Assert.Equal(500, issue.Count);
        Assert.True(issue.Message.Length < 200, issue.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_record_shorter_than_its_header_is_rejected_with_its_place(int size)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        int recordAt = file.Records.Count;
        file.Records.U32(9).U16(0).U16(size).Zeros(8);
        IngestException rejection = Recordings.Rejection(file.ToFile());
        long dataAt = 104 + (8 * 4) + (2 * 152);
        Assert.Equal(("invalid", dataAt + recordAt + 6), (rejection.Code, rejection.Offset));
    }

    [Fact]
    public void The_trace_of_an_aux_record_is_skipped()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Record(71, file.NewWriter().U64(40).Zeros(32).ToArray());
        file.Records.Zeros(40);
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([9], table.Tids.ToArray());
    }

    [Fact]
    public void Without_event_formats_the_file_is_rejected_with_advice()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Features.Clear();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        Assert.Contains("record as root", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
        Assert.Contains("record as root", Recordings.Rejection(file.ToPipe()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_tracepoints_the_file_is_rejected_with_advice()
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Type = 0, Samples = PerfEvent.Time | PerfEvent.Cpu });
        Assert.Contains("no tracepoints", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    /// <summary>A killed perf record leaves a size of 0 and no formats. perf script rejects such a file, too.</summary>
    [Fact]
    public void An_unfinished_file_is_rejected_with_advice()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        Assert.Contains("was killed", Recordings.Rejection(file.ToFile(isFinished: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_file_with_formats_among_its_records_is_read_to_its_end()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        byte[] block = Tracefs.Block();
        file.Record(66, file.NewWriter().U32((uint)block.Length).U32(0).ToArray());
        file.Records.Bytes(block).PadTo(8);
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        file.Sample(12, 2, 0, Tracefs.ExitRecord(10, "b"));
        byte[] bytes = file.ToFile(isFinished: false);
        using EventTable table = Recordings.Read(bytes[..^10]);
        Assert.Equal([9], table.Tids.ToArray());
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "unfinished_recording").Severity);
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "truncated").Severity);
    }

    [Fact]
    public void A_finished_file_that_is_cut_off_is_rejected()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        byte[] bytes = file.ToFile();
        Assert.Equal("truncated", Recordings.Rejection(bytes[..^1]).Code);
        Assert.Equal("truncated", Recordings.Rejection(bytes[..500]).Code);
    }

    [Fact]
    public void A_rejection_says_where_the_file_ends_and_how_many_bytes_are_left()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        byte[] bytes = file.ToFile();
        long start = BitConverter.ToInt64(bytes, 40), size = BitConverter.ToInt64(bytes, 48);
        Assert.Equal(
            $"the file ends within the records of perf.data at byte {start} (bytes needed: {size}, left: {size - 1})",
            Recordings.Rejection(bytes[..(int)(start + size - 1)]).Message);
    }

    [Fact]
    public void A_record_that_reaches_past_the_records_is_rejected()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Records.U32(9).U16(0).U16(64).Zeros(8);
        Assert.Contains("the last record", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_that_step_back_are_sorted_and_reported()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 20, 0, Tracefs.ExitRecord(2, "b"));
        file.Sample(12, 10, 0, Tracefs.ExitRecord(1, "a"));
        file.Sample(13, 15, 1, Tracefs.ExitRecord(3, "c"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([1, 3, 2], table.Tids.ToArray());
        Assert.Equal(1, Recordings.Issue(table, "clock_backwards").Count);
    }

    [Fact]
    public void Forks_that_only_perf_itself_reports_are_not_counted()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Record(7, file.NewWriter().U32(5).U32(4).U32(5).U32(4).U64(99).Zeros(32).ToArray());
        file.Record(4, file.NewWriter().U32(5).U32(4).U32(5).U32(4).U64(99).Zeros(32).ToArray());
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(0, table.Facts.EventsTotal);
    }
}
