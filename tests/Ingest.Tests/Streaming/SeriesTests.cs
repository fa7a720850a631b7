using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Inputs;
using ForkTrace.TestKit.Encoders;

namespace ForkTrace.Ingest.Tests.Streaming;

/// <summary>The files of one <c>perf record --switch-output</c> are one recording, read in turn.</summary>
public sealed class SeriesTests : IDisposable
{
    private const int Forks = 200;
    private const long ForkNs = 1000, FileNs = Forks * ForkNs;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(50)]
    [InlineData(1 << 20)]
    public void Batches_are_the_whole(int batchRows)
    {
        string[] files = [.. Enumerable.Range(0, 6).Select(number => Put(number))];
        using EventTable whole = TraceReader.Read(files);
        Assert.Equal(2 * 6 * Forks, whole.Count);
        Assert.Equal($"load.data.2026010100000000 + 5 more", whole.Facts.Trace);
        Assert.False(whole.Facts.HasDataLoss);
        Assert.DoesNotContain(whole.Facts.Issues, issue => issue.Code == "missing_file");
        StreamTests.RequireSame(whole, TraceReader.Stream(files, new IngestOptions { BatchRows = batchRows }), batchRows);
    }

    [Fact]
    public void A_task_that_dies_in_the_next_file_is_one_task()
    {
        using EventTable events = TraceReader.Read([Put(0), Put(1)]);
        int exit = events.Kinds.LastIndexOf(EventKind.Exit);
        int birth = events.Tasks.IndexOf(events.Tasks[exit]);
        Assert.Equal(EventKind.NewTask, events.Kinds[birth]);
        Assert.InRange(events.TimesNs[exit] - events.TimesNs[birth], FileNs / 2, FileNs);
    }

    [Fact]
    public void Files_in_another_order_are_read_as_a_whole()
    {
        string[] files = [Put(0), Put(1), Put(2)];
        string[] reversed = [.. files.Reverse()];
        using (EventStream stream = TraceReader.Stream(reversed, new IngestOptions { BatchRows = 50 }))
        {
            Assert.Throws<OutOfOrderException>(() =>
            {
                while (stream.Next() is not null)
                {
                }
            });
        }

        using EventTable expected = TraceReader.Read(files), found = TraceReader.Read(reversed);
        Assert.Equal(expected.TimesNs, found.TimesNs);
        Assert.Equal(expected.Tasks, found.Tasks);
    }

    [Fact]
    public void A_missing_file_is_reported()
    {
        using EventTable events = TraceReader.Read([Put(0), Put(2)]);
        Assert.Contains(events.Facts.Issues, issue => issue.Code == "missing_file" && issue.Severity == IssueSeverity.Warning);
    }

    [Theory]
    [InlineData("perf record -a", "perf record -a")]
    [InlineData("perf record -a --switch-output=1s", "perf record --switch-output=1s")]
    [InlineData("perf record -a --switch-output --overwrite", "perf record -a --switch-output --overwrite")]
    public void Files_of_other_recordings_are_rejected(string first, string second)
    {
        string[] files = [Put(0, first), Put(1, second)];
        IngestException rejection = Assert.Throws<IngestException>(() =>
        {
            using EventStream stream = TraceReader.Stream(files);
            while (stream.Next() is not null)
            {
            }
        });
        Assert.Contains("these times do not overlap", rejection.Message, StringComparison.Ordinal);
    }

    // Each task lives for nearly as long as a file.
    private string Put(int number, string command = "perf record -a --switch-output=1s")
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.CommandLine(command);
        for (int fork = 0; fork < Forks; fork++)
        {
            ulong timeNs = (ulong)((number * FileNs) + (fork * ForkNs) + 1);
            int tid = 1000 + (number * Forks) + fork;
            file.Sample(10, timeNs, 0, Tracefs.NewTaskRecord(7, tid, "load", 0));
            file.Sample(13, timeNs + (ulong)ForkNs / 2, 1, Tracefs.ExitRecord(tid - Forks + 1, "load"));
            if (fork % 10 == 0)
                file.Record(68, []);
        }

        return _folder.Put($"load.data.202601010000{number:00}00", file.ToFile());
    }
}
