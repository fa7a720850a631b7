using ForkTrace.Events;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Hand-made ring-buffer pages in a whole file: the rows have the time of each exit and its pid.</summary>
public sealed class PageTests
{
    private const ulong Base = 1_000_000;

    [Fact]
    public void Deltas_add_up_from_the_base_time()
    {
        byte[] page = new PageWriter().Event(0, Exit(1)).Event(5, Exit(2)).Event((1 << 27) - 1, Exit(3)).Build(Base);

        Assert.Equal([(1_000_000, 1), (1_000_005, 2), (1_000_005 + (1 << 27) - 1, 3)], RowsOf(page));
    }

    [Fact]
    public void A_long_event_is_an_event()
    {
        byte[] big = new byte[130];
        Exit(2).CopyTo(big, 0);
        byte[] page = new PageWriter().LongEvent(3, Exit(1)).LongEvent(4, big).Event(5, Exit(3)).Build(Base);

        Assert.Equal([(1_000_003, 1), (1_000_007, 2), (1_000_012, 3)], RowsOf(page));
    }

    [Fact]
    public void A_discarded_event_advances_the_time_only()
    {
        byte[] page = new PageWriter().Event(1, Exit(1)).Discarded(10, 24).Event(2, Exit(2)).Build(Base);

        Assert.Equal([(1_000_001, 1), (1_000_013, 2)], RowsOf(page));
    }

    [Fact]
    public void Padding_without_delta_ends_the_page()
    {
        byte[] page = new PageWriter().Event(1, Exit(1)).EndPadding().Event(2, Exit(2)).Build(Base);

        Assert.Equal([(1_000_001, 1)], RowsOf(page));
    }

    [Fact]
    public void A_time_extend_adds_more_than_27_bits()
    {
        byte[] page = new PageWriter().TimeExtend(5_000_000_000).Event(7, Exit(1)).Build(Base);

        Assert.Equal([(5_001_000_007, 1)], RowsOf(page));
    }

    [Fact]
    public void An_absolute_time_replaces_the_running_time()
    {
        byte[] page = new PageWriter().Event(9, Exit(1)).AbsoluteTime(77_000_000_000).Event(1, Exit(2)).Build(Base);

        Assert.Equal([(1_000_009, 1), (77_000_000_001, 2)], RowsOf(page));
    }

    [Fact]
    public void An_absolute_time_keeps_the_top_bits_of_the_running_time()
    {
        const ulong Top = 3UL << 59;
        byte[] page = new PageWriter().Event(0, Exit(1)).AbsoluteTime(Top + 2_000_000).Event(0, Exit(2)).Build(Top + Base);

        Assert.Equal([((long)(Top + Base), 1), ((long)Top + 2_000_000, 2)], RowsOf(page));
    }

    [Fact]
    public void An_absolute_time_that_stepped_over_59_bits_is_later()
    {
        const ulong Before = (2UL << 59) - 100;
        byte[] page = new PageWriter().Event(0, Exit(1)).AbsoluteTime(50).Event(0, Exit(2)).Build(Before);

        Assert.Equal([((long)Before, 1), ((2L << 59) + 50, 2)], RowsOf(page));
    }

    [Fact]
    public void An_empty_page_is_skipped()
    {
        byte[] pages = [.. new PageWriter().Build(Base), .. new PageWriter().Event(1, Exit(1)).Build(Base)];

        Assert.Equal([(1_000_001, 1)], RowsOf(pages));
    }

    [Fact]
    public void Random_pages_give_the_times_that_were_written()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            bool bigEndian = random.Next(2) == 1;
            int longBytes = random.Next(2) == 1 ? 8 : 4;
            List<(long, int)> expected = [];
            byte[] pages = [.. Enumerable.Range(0, 5).SelectMany(_ => RandomPage(random, bigEndian, longBytes, expected))];
            TraceDatWriter writer = new() { Version = random.Next(6, 8), BigEndian = bigEndian, LongBytes = longBytes };
            using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, pages)));

            Assert.Equal(expected, Rows(table));
        }
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public void Other_byte_orders_and_word_sizes_are_read(bool bigEndian, int longBytes)
    {
        byte[] page = new PageWriter(bigEndian, longBytes)
            .Event(1, EventTexts.ExitRecord(70000, "naïve", bigEndian))
            .TimeExtend(1L << 40)
            .Event(2, EventTexts.SwitchRecord(70000, 0x20, 9, longBytes, bigEndian))
            .Event(2, EventTexts.SwitchRecord(8, 1, 9, longBytes, bigEndian))
            .Build(Base);
        TraceDatWriter writer = new() { BigEndian = bigEndian, LongBytes = longBytes };
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (3, page)), new IngestOptions { KeepAll = true });

        Assert.Equal([EventKind.Exit, EventKind.DeathSwitch, EventKind.Switch], table.Kinds.ToArray());
        Assert.Equal([1_000_001, 1_000_003 + (1L << 40), 1_000_005 + (1L << 40)], table.TimesNs);
        Assert.Equal([70000, 70000, 8], table.Tids);
        Assert.Equal([-1, 0x20, 1], table.Values);
        Assert.Equal([3, 3, 3], table.Cpus.ToArray());
        Assert.Equal("naïve", table.CommNames[table.Comms[0]]);
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Events_that_do_not_affect_stacks_are_counted_by_name()
    {
        byte[] page = new PageWriter().Event(1, EventTexts.UnusedRecord()).Event(1, Exit(1)).Event(1, [0xFF, 0xFF, 0, 0]).Build(Base);
        using EventTable table = TemporaryTrace.Read(new TraceDatWriter().Buffer("", "", (0, page)));

        Assert.Equal(1, table.Count);
        Assert.Equal(3, table.Facts.EventsTotal);
        Assert.Equal(1, table.Facts.EventsSkipped["sched:unused"]);
        Assert.Equal(1, table.Facts.EventsSkipped["id:65535"]);
    }

    private static byte[] RandomPage(Random random, bool bigEndian, int longBytes, List<(long TimeNs, int Pid)> expected)
    {
        PageWriter page = new(bigEndian, longBytes);
        ulong start = expected.Count == 0 ? Base : (ulong)expected[^1].TimeNs + 1;
        ulong time = start;
        while (page.UsedBytes < 3800)
        {
            uint delta = (uint)random.Next(1, 1 << random.Next(1, 27));
            byte[] record = EventTexts.ExitRecord(random.Next(1, 4_000_000), "r", bigEndian);
            switch (random.Next(6))
            {
                case 0:
                    page.TimeExtend(((ulong)delta << 8) + 1);
                    time += ((ulong)delta << 8) + 1;
                    continue;
                case 1:
                    time += delta;
                    page.AbsoluteTime(time);
                    continue;
                case 2:
                    page.Discarded(delta, 4 * random.Next(0, 20));
                    time += delta;
                    continue;
                case 3:
                    page.LongEvent(delta, record);
                    break;
                default:
                    page.Event(delta, record);
                    break;
            }

            time += delta;
            expected.Add(((long)time, PidOf(record, bigEndian)));
        }

        return page.Build(start);
    }

    private static int PidOf(byte[] record, bool bigEndian) => bigEndian
        ? System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(24))
        : System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(24));

    private static byte[] Exit(int pid) => EventTexts.ExitRecord(pid);

    private static (long TimeNs, int Pid)[] RowsOf(byte[] pages)
    {
        using EventTable table = TemporaryTrace.Read(new TraceDatWriter().Buffer("", "", (0, pages)));
        Assert.Empty(table.Facts.Issues);
        return Rows(table);
    }

    private static (long TimeNs, int Pid)[] Rows(EventTable table)
    {
        (long, int)[] rows = new (long, int)[table.Count];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = (table.TimesNs[row], table.Tids[row]);
        return rows;
    }
}
