using ForkTrace.Events;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Events that the recorder lost, and pages that are damaged.</summary>
public sealed class LossTests
{
    [Theory]
    [InlineData("formats/v6.dat.zst")]
    [InlineData("formats/v7_default.dat")]
    public void A_second_recording_in_a_file_is_reported(string name)
    {
        byte[] one = TestKit.SampleRecordings.Bytes(name);
        using EventTable expected = PerfData.Recordings.Read(one);
        using EventTable table = PerfData.Recordings.Read([.. one, .. one]);
        Assert.Equal(expected.TimesNs, table.TimesNs);
        Assert.Equal(IssueSeverity.DataLoss, PerfData.Recordings.Issue(table, "several_recordings").Severity);
        Assert.DoesNotContain(expected.Facts.Issues, issue => issue.Code == "several_recordings");
    }

    [Fact]
    public void A_page_tells_how_many_events_were_lost_before_it()
    {
        byte[] pages =
        [
            .. Page(1000, missed: 0, 1), .. Page(2000, missed: 17, 2), .. Page(3000, missed: -1, 3), .. Page(4000, missed: 0, 4),
        ];
        using EventTable table = Read(pages);

        Assert.Equal([new LossInterval(1, 1005, 2005, 17), new LossInterval(1, 2005, 3005, -1)], table.Facts.Losses);
        Assert.Equal(17, table.Facts.Lost);
        Assert.Contains(table.Facts.Issues, issue => issue is { Code: "lost_events", Severity: IssueSeverity.DataLoss, Count: 17 });
    }

    [Fact]
    public void A_loss_before_the_first_page_has_no_beginning()
    {
        using EventTable table = Read(Page(1000, missed: 3, 1));

        Assert.Equal([new LossInterval(1, long.MinValue, 1005, 3)], table.Facts.Losses);
    }

    [Fact]
    public void Losses_before_an_empty_page_are_added_to_the_next()
    {
        byte[] pages = [.. Page(1000, 0, 1), .. Empty(1500, missed: 4), .. Page(2000, missed: 5, 2), .. Empty(2500, missed: 6)];
        using EventTable table = Read(pages);

        Assert.Equal([new LossInterval(1, 1005, 2005, 9), new LossInterval(1, 2005, long.MaxValue, 6)], table.Facts.Losses);
        Assert.Equal(15, table.Facts.Lost);
    }

    [Fact]
    public void The_number_is_a_long_of_the_kernel()
    {
        PageWriter page = new PageWriter(bigEndian: true, commitBytes: 4).Event(5, EventTexts.ExitRecord(1, bigEndian: true));
        TraceDatWriter writer = new() { BigEndian = true, LongBytes = 4 };
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "", (0, page.Build(1000, missed: 70000))));

        Assert.Equal([new LossInterval(0, long.MinValue, 1005, 70000)], table.Facts.Losses);
    }

    [Fact]
    public void Statistics_count_if_no_page_does()
    {
        TraceDatWriter writer = new TraceDatWriter()
            .TextOption(2, "CPU: 0\nentries: 5\noverrun: 20\ncommit overrun: 1\nnow ts:     1.5\ndropped events: 2\nread events: 7\n")
            .TextOption(2, "CPU: 1\noverrun: 100\n")
            .Buffer("", "", (0, Page(1000, 0, 1)), (1, Page(1000, missed: 30, 2)));
        using EventTable table = TemporaryTrace.Read(writer);

        LossInterval[] losses = [new(1, long.MinValue, 1005, 30), new(0, long.MinValue, long.MaxValue, 23)];
        Assert.Equal(losses, table.Facts.Losses);
        Assert.Equal(123, table.Facts.Lost);
    }

    [Fact]
    public void A_page_of_garbage_is_skipped_and_flagged()
    {
        byte[] garbage = new byte[4096];
        new Random(7).NextBytes(garbage);
        garbage[8..16].AsSpan().Clear();
        garbage[10] = 0xFF;
        byte[] pages = [.. Page(1000, 0, 1), .. garbage, .. Page(3000, 0, 3)];
        using EventTable table = Read(pages);

        Assert.Equal([1, 3], table.Tids);
        Assert.Equal([new LossInterval(1, 1005, 3005, -1)], table.Facts.Losses);
        Assert.Contains(table.Facts.Issues, issue => issue is { Code: "damaged_pages", Severity: IssueSeverity.DataLoss, Count: 1 });
    }

    [Fact]
    public void What_comes_before_a_bad_entry_is_kept()
    {
        // A long event of 2 GiB, a long event of 3 bytes, an event that extends beyond the used bytes.
        foreach ((uint header, uint next) in new[] { (0u, 0x7FFFFFFFu), (0u, 3u), (28u, 1u) })
        {
            PageWriter page = new PageWriter().Event(5, EventTexts.ExitRecord(1)).Word(header).Word(next);
            using EventTable table = Read([.. page.Build(1000), .. Page(2000, 0, 2)]);

            Assert.Equal([1, 2], table.Tids);
            Assert.Equal([new LossInterval(1, 1005, 2005, -1)], table.Facts.Losses);
        }
    }

    [Fact]
    public void A_last_page_that_is_cut_short_gives_its_events()
    {
        byte[] last = new PageWriter().Event(5, EventTexts.ExitRecord(2)).Event(5, EventTexts.ExitRecord(3)).Build(2000);
        using EventTable table = Read([.. Page(1000, 0, 1), .. last[..(16 + 36 + 8)]]);

        Assert.Equal([1, 2], table.Tids);
        Assert.Equal([new LossInterval(1, 2005, long.MaxValue, -1)], table.Facts.Losses);
    }

    private static byte[] Page(ulong baseTime, long missed, int pid) =>
        new PageWriter().Event(5, EventTexts.ExitRecord(pid)).Build(baseTime, missed);

    private static byte[] Empty(ulong baseTime, long missed) => new PageWriter().Build(baseTime, missed);

    private static EventTable Read(byte[] pages) => TemporaryTrace.Read(new TraceDatWriter().Buffer("", "", (1, pages)));
}
