using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Events that the kernel dropped: where, and how many.</summary>
public class LossTests
{
    [Fact]
    public void A_lost_record_spans_from_the_last_event_of_its_cpu_to_its_own_time()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 100, 0, Tracefs.ExitRecord(1, "a"));
        file.Sample(13, 200, 1, Tracefs.ExitRecord(2, "b"));
        file.Lost(12, 7, 300, 0);
        file.Sample(12, 301, 0, Tracefs.ExitRecord(3, "c"));
        file.Lost(11, 5, 400, 1);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([new LossInterval(0, 100, 300, 7), new LossInterval(1, 200, 400, 5)], table.Facts.Losses.ToArray());
        Assert.Equal(12, table.Facts.Lost);
        ImportIssue issue = Recordings.Issue(table, "lost_events");
        Assert.Equal((IssueSeverity.DataLoss, 12L), (issue.Severity, issue.Count));
        Assert.Equal(
            "The kernel dropped records because a ring buffer was full; how many of them are events is not recorded. "
            + "Record with a larger -m or fewer events.",
            issue.Message);
    }

    [Fact]
    public void A_gap_before_the_first_event_of_a_cpu_has_no_beginning()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Lost(13, 7, 300, 1);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([new LossInterval(1, long.MinValue, 300, 7)], table.Facts.Losses.ToArray());
    }

    /// <summary>The kernel counts a dropped record twice: for the buffer and for the event.</summary>
    [Fact]
    public void Totals_at_the_end_do_not_count_twice()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.IdIndex((10, 0), (11, 1), (12, 0), (13, 1));
        file.Sample(12, 100, 0, Tracefs.ExitRecord(1, "a"));
        file.Sample(13, 150, 1, Tracefs.ExitRecord(2, "b"));
        file.Lost(12, 9, 300, 0);
        file.Sample(12, 310, 0, Tracefs.ExitRecord(3, "c"));
        file.LostSamples(10, 4);
        file.LostSamples(12, 5);
        file.LostSamples(11, 2);
        file.LostSamples(13, 1);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([new LossInterval(0, 100, 300, 9), new LossInterval(1, 150, long.MaxValue, 3)], table.Facts.Losses.ToArray());
        Assert.Equal(12, table.Facts.Lost);
        string message = Recordings.Issue(table, "lost_events").Message;
        Assert.StartsWith("The kernel dropped events because a ring buffer was full (", message, StringComparison.Ordinal);
        Assert.EndsWith(" 6). Record with a larger -m or fewer events.", message, StringComparison.Ordinal);
    }

    /// <summary>perf's dummy event counts records of memory maps, names, forks and exits.</summary>
    [Fact]
    public void Gaps_count_records_of_other_kinds_too()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Events.Add(new PerfEvent { Type = 1, Config = 9, Ids = [16], Name = "dummy:HG" });
        file.IdIndex((10, 0), (12, 0), (16, 0));
        file.Sample(12, 100, 0, Tracefs.ExitRecord(1, "a"));
        file.Lost(12, 9, 300, 0);
        file.LostSamples(10, 4);
        file.LostSamples(16, 5);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([new LossInterval(0, 100, 300, 9)], table.Facts.Losses.ToArray());
        Assert.Equal(4, table.Facts.Lost);
        Assert.EndsWith(
            " 4). Record with a larger -m or fewer events. The gaps also count records of other kinds.",
            Recordings.Issue(table, "lost_events").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Totals_of_unknown_cpus_are_compared_as_a_sum()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Lost(12, 9, 300, 0);
        file.LostSamples(10, 4);
        file.LostSamples(12, 6);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(
            [new LossInterval(0, long.MinValue, 300, 9), new LossInterval(-1, long.MinValue, long.MaxValue, 1)],
            table.Facts.Losses.ToArray());
    }

    [Fact]
    public void Samples_that_a_filter_turned_away_are_not_lost()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.LostSamples(12, 6, misc: 1 << 15);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(0, table.Facts.Lost);
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Impossible_counts_do_not_overflow()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        for (ulong round = 0; round < 20; round++)
            file.Lost(12, ulong.MaxValue, 300 + round, 0);
        file.LostSamples(12, ulong.MaxValue);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.True(table.Facts.Lost > 0);
    }

    /// <summary>When a CPU goes offline, perf's events are removed from it, and not added again.</summary>
    [Fact]
    public void Nothing_is_known_of_a_cpu_after_it_went_offline()
    {
        PerfFileWriter file = WithHotplug();
        file.Sample(13, 90, 1, Tracefs.ExitRecord(1, "a"));
        file.Sample(14, 100, 0, Tracefs.HotplugRecord(1, 0));
        file.Sample(13, 110, 1, Tracefs.ExitRecord(2, "b"));
        file.Sample(14, 120, 0, Tracefs.HotplugRecord(1, 0));
        file.Sample(14, 200, 0, Tracefs.HotplugRecord(1, 236));
        file.Sample(12, 300, 0, Tracefs.ExitRecord(3, "c"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([new LossInterval(1, 110, long.MaxValue, -1)], table.Facts.Losses.ToArray());
        ImportIssue issue = Recordings.Issue(table, "offline_cpus");
        Assert.Equal((IssueSeverity.DataLoss, 1L), (issue.Severity, issue.Count));
        Assert.StartsWith("CPU 1 went offline", issue.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cpu_that_was_recorded_again_lost_nothing()
    {
        PerfFileWriter file = WithHotplug();
        file.Sample(14, 100, 0, Tracefs.HotplugRecord(1, 0));
        file.Sample(13, 300, 1, Tracefs.ExitRecord(2, "b"));
        file.Sample(14, 400, 0, Tracefs.HotplugRecord(0xFFFFFFFF, 0));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Empty(table.Facts.Losses.ToArray());
        Assert.Empty(table.Facts.Issues);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(4, "Recorded on CPUs 0, 1 of 4 (-C, or others came online later): forks and deaths on others are missing.")]
    public void Cpus_that_were_not_recorded_are_named(uint online, string? message)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Features[7] = file.NewWriter().U32(8).U32(online).ToArray();
        file.IdIndex((10, 0), (11, 1), (12, 0), (13, 1));
        file.Sample(12, 100, 0, Tracefs.ExitRecord(1, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(message, table.Facts.Issues.SingleOrDefault(issue => issue.Code == "some_cpus")?.Message);
    }

    private static PerfFileWriter WithHotplug()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Events.Add(new PerfEvent { Config = Tracefs.HotplugId, Ids = [14, 15], Name = "cpuhp:cpuhp_enter" });
        file.Features[1] = Tracefs.Block(
            formats: [("task", Tracefs.NewTask), ("sched", Tracefs.Exit), ("cpuhp", Tracefs.Hotplug)]);
        return file;
    }

    [Fact]
    public void A_pause_by_the_kernel_is_reported()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Record(5, new byte[40]);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "throttled").Severity);
    }
}
