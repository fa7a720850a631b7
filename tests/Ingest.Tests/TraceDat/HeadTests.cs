using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Headers, options, sections and buffers.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData(6, "none", false)]
    [InlineData(7, "none", false)]
    [InlineData(7, "zstd", false)]
    [InlineData(7, "zlib", false)]
    [InlineData(7, "zstd", true)]
    public void All_versions_and_compressions_give_the_same_rows(int version, string compression, bool bigEndian)
    {
        byte[] pages = [.. Enumerable.Range(0, 9).SelectMany(page => Page((ulong)page * 1000, page + 1, bigEndian))];
        bool isCompressed = compression != "none";
        TraceDatWriter writer = new()
        {
            Version = version,
            Compression = compression,
            BigEndian = bigEndian,
            CompressOptions = isCompressed,
        };
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, pages), (2, Page(4001, 77, bigEndian))));

        Assert.Equal([1, 2, 3, 4, 5, 77, 6, 7, 8, 9], table.Tids);
        Assert.Equal([0, 0, 0, 0, 0, 2, 0, 0, 0, 0], table.Cpus.ToArray());
        Assert.Equal(3, table.Facts.Cpus);
        Assert.Equal($"trace.dat v{version}", table.Facts.Format);
        Assert.Empty(table.Facts.Issues);
    }

    [Theory]
    [InlineData("[local] global mono", "local", "ns")]
    [InlineData("local global [mono_raw]\n", "mono_raw", "ns")]
    [InlineData("local [x86-tsc]", "x86-tsc", "ticks")]
    [InlineData("local [counter] mono", "counter", "ticks")]
    public void The_clock_is_the_one_in_brackets(string text, string clock, string unit)
    {
        using EventTable table = TemporaryTrace.Read(new TraceDatWriter().TextOption(4, text).Buffer("", "", (0, Page(1000, 1))));

        Assert.Equal((clock, unit), (table.Facts.Clock, table.Facts.ClockUnit));
        Assert.Equal(unit == "ticks", table.Facts.HasIssue("no_time_unit"));
    }

    [Theory]
    [InlineData("counter", "numbers the events and does not measure time")]
    [InlineData("x86-tsc", "the recording does not contain its rate")]
    public void Clocks_without_a_unit_keep_their_numbers_and_say_what_that_means(string clock, string why)
    {
        TraceDatWriter writer = new TraceDatWriter { Version = 7 }.Buffer("", clock, (0, Page(1000, 1)), (1, Page(7, 2)));
        using EventTable table = TemporaryTrace.Read(writer);

        Assert.Equal([12, 1005], table.TimesNs);
        Assert.Equal((clock, "ticks"), (table.Facts.Clock, table.Facts.ClockUnit));
        ImportIssue issue = Assert.Single(table.Facts.Issues);
        Assert.Equal(("no_time_unit", IssueSeverity.Warning), (issue.Code, issue.Severity));
        Assert.Contains(why, issue.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tsc_with_a_known_rate_is_in_nanoseconds()
    {
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter { Version = 7 }.Number(14, 1u << 30, 31, 0, 0).Buffer("", "x86-tsc", (0, Page(1000, 1))));

        Assert.Equal([502], table.TimesNs);
        Assert.Equal(("x86-tsc", "ns"), (table.Facts.Clock, table.Facts.ClockUnit));
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Cycles_become_nanoseconds_as_the_option_says()
    {
        // mult 0x33333333, shift 31: 0.4 ns per cycle. As in trace-cmd report, the offset is not added.
        TraceDatWriter writer = new TraceDatWriter { Version = 7 }
            .Number(14, 0x33333333, 31, 999, 0)
            .Buffer("", "tsc2nsec", (0, Page((1UL << 60) + 5, 1)));
        using EventTable table = TemporaryTrace.Read(writer);

        Assert.Equal([(long)(((UInt128)((1UL << 60) + 10) * 0x33333333) >> 31)], table.TimesNs);
        Assert.Equal("ns", table.Facts.ClockUnit);
    }

    [Fact]
    public void Offsets_shift_times_and_the_date_does_not()
    {
        TraceDatWriter writer = new TraceDatWriter()
            .TextOption(7, "500").TextOption(7, "-20").TextOption(1, "0x660dc1b46ce33").Buffer("", "", (0, Page(1000, 1)));
        using EventTable table = TemporaryTrace.Read(writer);

        Assert.Equal([1485], table.TimesNs);
        Assert.Equal(0x660dc1b46ce33 * 1000L, table.Facts.WallClockOffsetNs);
    }

    [Fact]
    public void A_guests_times_become_its_hosts()
    {
        // One CPU with samples at 1000 (offset 100) and 3000 (offset 300), not scaled: at 2005 the offset is 200.5.
        uint[] words = [7, 0, 1, 1, 2, 1000, 0, 3000, 0, 100, 0, 300, 0, 1, 0, 1, 0, 0, 0, 0, 0];
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter().Number(12, words).Buffer("", "", (0, Page(2000, 1)), (1, Page(2000, 2))));

        Assert.Equal([2005, 2206], table.TimesNs);
        Assert.Equal([2, 1], table.Tids);
    }

    [Fact]
    public void Unknown_options_are_skipped_and_counted()
    {
        TraceDatWriter writer = new TraceDatWriter { Version = 7 }
            .Option(99, new byte[33]).Option(1000, []).TextOption(5, "Linux box 6.18.1 aarch64").Buffer("", "local", (0, Page(1000, 1)));
        using EventTable table = TemporaryTrace.Read(writer);

        Assert.Equal(("6.18.1", "aarch64"), (table.Facts.Kernel, table.Facts.Machine));
        Assert.Contains(table.Facts.Issues, issue => issue is { Code: "unknown_options", Severity: IssueSeverity.Information, Count: 2 });
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Instances_are_read_with_the_top_level_buffer(int version)
    {
        using EventTable table = TemporaryTrace.Read(TwoBuffers(version));

        Assert.Equal([1, 3, 2, 4], table.Tids);
        Assert.Equal([0, 1, 1, 1], table.Cpus.ToArray());
        Assert.Equal(4, table.Facts.EventsTotal);
    }

    [Theory]
    [InlineData(6, "top", 1, 2)]
    [InlineData(7, "top", 1, 2)]
    [InlineData(6, "one", 3, 4)]
    [InlineData(7, "one", 3, 4)]
    public void Buffers_can_be_chosen_by_name(int version, string name, int firstTid, int secondTid)
    {
        TraceDatWriter writer = TwoBuffers(version);
        using EventTable table = TemporaryTrace.Read(writer, new IngestOptions { Instances = [name] });
        using EventTable both = TemporaryTrace.Read(writer, new IngestOptions { Instances = ["one", "top"] });

        Assert.Equal([firstTid, secondTid], table.Tids);
        Assert.Equal(2, table.Facts.EventsTotal);
        ImportIssue issue = Assert.Single(table.Facts.Issues);
        Assert.Equal("instances_left_out", issue.Code);
        Assert.Contains(name == "top" ? "one" : "top", issue.Message, StringComparison.Ordinal);
        Assert.Equal([1, 3, 2, 4], both.Tids);
    }

    [Fact]
    public void A_buffer_that_is_not_there_is_rejected_with_those_that_are()
    {
        IngestOptions options = new() { Instances = ["two"] };
        IngestException rejection = Assert.Throws<IngestException>(() => TemporaryTrace.Read(TwoBuffers(7), options).Dispose());
        Assert.Equal("unknown_instance", rejection.Code);
        Assert.EndsWith("it has top, one", rejection.Message, StringComparison.Ordinal);
        byte[] text = "CPU:1 [LOST 22 EVENTS]\n"u8.ToArray();
        Assert.Contains(
            "; trace.dat has",
            Assert.Throws<IngestException>(() => TemporaryTrace.Read(text, options).Dispose()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_in_several_buffers_is_one_event()
    {
        byte[] top = new PageWriter().Event(0, EventTexts.ExitRecord(1, "a")).Event(1000, EventTexts.ExitRecord(2, "b")).Build(5000);
        byte[] instance = new PageWriter().Event(0, EventTexts.ExitRecord(1, "a")).Event(1000, EventTexts.ExitRecord(3, "a")).Build(5400);
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter { Version = 7 }.Buffer("", "local", (0, top)).Buffer("i", "local", (0, instance)));

        Assert.Equal([1, 2, 3], table.Tids);
        Assert.Equal(["a", "b", "a"], [.. Enumerable.Range(0, 3).Select(row => table.CommNames[table.Comms[row]])]);
        Assert.Equal(3, table.Facts.CountOf(EventKind.Exit));
        Assert.Contains(table.Facts.Issues, issue => issue is { Code: "recorded_twice", Count: 1 });
    }

    [Fact]
    public void An_event_in_several_buffers_is_one_event_though_others_came_between_milliseconds_later()
    {
        byte[] exit = EventTexts.ExitRecord(1, "a"), other = EventTexts.ExitRecord(2, "b");
        byte[] top = new PageWriter().Event(0, exit).Event(2_000_000, other).Event(1_000_000, exit).Build(5000);
        byte[] instance = new PageWriter().Event(0, other).Event(600_000, exit).Event(2_000_000, exit).Build(2_005_400);
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter { Version = 7 }.Buffer("", "local", (0, top)).Buffer("i", "local", (0, instance)));

        Assert.Equal([1, 2, 1], table.Tids);
        Assert.Equal([5000, 2_005_000, 3_005_000], table.TimesNs);
    }

    [Fact]
    public void Two_events_of_one_buffer_are_two_though_another_buffer_lost_one()
    {
        byte[] exit = EventTexts.ExitRecord(1, "a");
        byte[] top = new PageWriter().Event(0, exit).Build(5000);
        byte[] instance = new PageWriter().Event(0, exit).Event(3000, exit).Build(5400);
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter { Version = 7 }.Buffer("", "local", (0, top)).Buffer("i", "local", (0, instance)));

        Assert.Equal([5000, 8400], table.TimesNs);
    }

    [Fact]
    public void A_buffer_of_another_clock_is_left_out()
    {
        TraceDatWriter writer = new TraceDatWriter { Version = 7 }
            .Buffer("", "local", (0, Page(1000, 1))).Buffer("t", "mono", (0, Page(1500, 2)));
        using EventTable table = TemporaryTrace.Read(writer);

        Assert.Equal([1], table.Tids);
        Assert.Contains(table.Facts.Issues, issue => issue.Code == "other_clock");
    }

    [Fact]
    public void A_buffer_without_cpus_is_legal()
    {
        using EventTable table = TemporaryTrace.Read(new TraceDatWriter { Version = 7, Compression = "zstd" }.Buffer("", "mono"));

        Assert.Equal(0, table.Count);
        Assert.Equal("mono", table.Facts.Clock);
    }

    [Fact]
    public void Sub_buffers_can_be_larger_than_pages()
    {
        PageWriter page = new(pageBytes: 16384);
        for (int pid = 1; pid <= 400; pid++)
            page.Event(1, EventTexts.ExitRecord(pid));
        using EventTable table = TemporaryTrace.Read(
            new TraceDatWriter { Version = 7, PageBytes = 16384, Compression = "zstd" }.Buffer("", "local", (0, page.Build(1000))));

        Assert.Equal(Enumerable.Range(1, 400), table.Tids.ToArray());
    }

    private static TraceDatWriter TwoBuffers(int version) => new TraceDatWriter { Version = version }
        .Buffer("", "local", (0, Page(1000, 1)), (1, Page(2000, 2)))
        .Buffer("one", "local", (1, [.. Page(1500, 3), .. Page(2500, 4)]));

    internal static byte[] Page(ulong baseTime, int pid, bool bigEndian = false) =>
        new PageWriter(bigEndian).Event(5, EventTexts.ExitRecord(pid, bigEndian: bigEndian)).Build(baseTime);
}
