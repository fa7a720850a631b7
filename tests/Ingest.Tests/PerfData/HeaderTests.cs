using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>The data before and after the records of a file, and in a pipe's first records.</summary>
public class HeaderTests
{
    /// <summary>In older pipes, records and their padding had other sizes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_older_pipe_is_read_like_a_newer(bool bigEndian)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        file.Sample(12, 500, 1, Tracefs.ExitRecord(9, "a", bigEndian));
        using EventTable newer = Recordings.Read(file.ToPipe());
        using EventTable older = Recordings.Read(file.ToPipe(isOlder: true));
        Assert.Equal(newer.TimesNs, older.TimesNs);
        Assert.Equal([9], older.Tids);
        Assert.Empty(older.Facts.Issues);
    }

    [Theory]
    [InlineData("file file")]
    [InlineData("file pipe")]
    [InlineData("pipe pipe")]
    [InlineData("pipe file")]
    [InlineData("killed file")]
    [InlineData("killed pipe")]
    public void Recordings_one_after_another_are_several(string form)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 500, 1, Tracefs.ExitRecord(9, "a"));
        byte[][] parts =
        [
            .. form.Split(' ').Select(part => part switch
            {
                "file" => file.ToFile(),
                "pipe" => file.ToPipe(),
                _ => Killed(),
            }),
        ];
        using EventTable table = Recordings.Read([.. parts[0], .. parts[1]]);
        Assert.Equal(1, table.Count);
        Recordings.Issue(table, "several_recordings");
        Assert.DoesNotContain(table.Facts.Issues, issue => issue.Code is "truncated" or "unknown_records");
    }

    // Has no tracepoints, because a killed recording lacks their formats.
    private static byte[] Killed()
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Type = 1, Config = 9, Samples = PerfEvent.Default & ~PerfEvent.Raw, Ids = [7], Flags = [13, 18] });
        file.Task(isFork: false, 7, 500, 1, 9, 1);
        return file.ToFile(isFinished: false);
    }

    [Fact]
    public void A_second_recording_in_a_file_is_reported()
    {
        byte[] one = TestKit.SampleRecordings.Bytes("formats/perf_file.data");
        using EventTable expected = Recordings.Read(one);
        using EventTable table = Recordings.Read([.. one, .. one]);
        Assert.Equal(expected.TimesNs, table.TimesNs);
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "several_recordings").Severity);
        Assert.Empty(expected.Facts.Issues);
    }

    [Fact]
    public void Both_byte_orders_are_known_by_their_first_bytes()
    {
        Assert.Equal("perf.data", FormatCatalog.Probe("PERFILE2....."u8).Descriptor.Name);
        Assert.Equal("perf.data", FormatCatalog.Probe("2ELIFREP....."u8).Descriptor.Name);
        Assert.False(FormatCatalog.ByName("perf.data").Sniff("PERFFILE"u8));
        Assert.False(FormatCatalog.ByName("perf.data").Sniff("PERFILE"u8));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Rows_and_facts_are_the_same_in_every_form(bool bigEndian, bool isPipe)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        file.Events[0] = file.Events[0] with { Flags = [1, 18, 25], ClockId = 1 };
        file.Events[1] = file.Events[1] with { Flags = [1, 18, 25], ClockId = 1 };
        AddFeatures(file);
        file.Sample(10, 100, 0, Tracefs.NewTaskRecord(50, 51, "sh", 0x1200011, bigEndian));
        file.Sample(13, 101, 1, Tracefs.ExitRecord(51, "ls", bigEndian));
        file.Lost(11, 3, 102, 1);
        byte[] bytes = isPipe ? file.ToPipe() : file.ToFile();
        using EventTable table = Recordings.Read(bytes);
        TraceFacts facts = table.Facts;
        Assert.Equal([EventKind.NewTask, EventKind.Exit], table.Kinds.ToArray());
        Assert.Equal([100, 101], table.TimesNs.ToArray());
        Assert.Equal([0x1200011, -1], table.Values.ToArray());
        Assert.Equal([51, 51], table.Tids.ToArray());
        Assert.Equal(["sh", "ls"], table.Comms.ToArray().Select(comm => table.CommNames[comm]));
        Assert.Equal(("6.9.1", "riscv64", "mono"), (facts.Kernel, facts.Machine, facts.Clock));
        Assert.Equal("perf record -e '*:*' 'it'\\''s'", facts.Recorder);
        Assert.Equal(8, facts.Cpus);
        Assert.Equal([0, 0, 0, 1, 0, 1, 1, -1], facts.CpuNodes.ToArray());
        Assert.Equal(1000, facts.WallClockOffsetNs);
        Assert.Equal([new LossInterval(1, 101, 102, 3)], facts.Losses.ToArray());
        Assert.Equal(["lost_events"], facts.Issues.Select(issue => issue.Code));
        Assert.Equal(Recordings.Rows(bytes), [
            new Recordings.Row(100, 0, EventKind.NewTask, 51, 50, "sh", 0x1200011),
            new Recordings.Row(101, 1, EventKind.Exit, 51, -1, "ls", -1),
        ]);
    }

    [Fact]
    public void The_wall_clock_of_another_clock_is_not_used()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddFeatures(file);
        file.Record(68, []);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal("perf", table.Facts.Clock);
        Assert.Null(table.Facts.WallClockOffsetNs);
    }

    [Fact]
    public void Sections_that_make_no_sense_are_reported_and_left_out()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddFeatures(file);
        file.Features[4] = [0xFF, 0xFF, 0xFF, 0x7F, 0x41];
        file.Features[14] = [1, 2];
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        foreach (byte[] bytes in new[] { file.ToFile(), file.ToPipe() })
        {
            using EventTable table = Recordings.Read(bytes);
            Assert.Equal([9], table.Tids.ToArray());
            Assert.Equal(("", "riscv64"), (table.Facts.Kernel, table.Facts.Machine));
            Assert.Empty(table.Facts.CpuNodes);
            Assert.Equal(2, Recordings.Issue(table, "unreadable_features").Count);
        }
    }

    [Fact]
    public void Endless_lists_of_cpus_end()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Features[14] = file.NewWriter().U32(1).U32(3).Zeros(16).PerfString("0-2147483647,7-3,x,-,1-2-3,0-2147483647").ToArray();
        file.Record(68, []);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(8192, table.Facts.CpuNodes.Length);
    }

    [Theory]
    [InlineData(8, 105, "the header size")]
    [InlineData(16, 0, "the attribute size")]
    [InlineData(16, 151, "the attribute size")]
    [InlineData(24, 1 << 20, "the attributes")]
    [InlineData(32, 1 << 20, "the attributes")]
    [InlineData(40, 1 << 20, "the records")]
    [InlineData(48, 1 << 20, "the records")]
    [InlineData(140, 72, "an event attribute")]
    [InlineData(140, 3000, "an event attribute")]
    [InlineData(272, 1 << 20, "the ids")]
    public void Impossible_headers_are_rejected(int at, uint value, string what)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        byte[] bytes = file.ToFile();
        BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
        if (value == 72)
            bytes[140] = 73;
        Assert.Contains(what, Recordings.Rejection(bytes).Message, StringComparison.Ordinal);
    }

    /// <summary>If many attributes point to the same ids, the reader's table would become larger than the file.</summary>
    [Fact]
    public void Overlapping_ids_are_rejected()
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Ids = [.. Enumerable.Range(0, 200).Select(id => (ulong)id)] });
        for (int more = 0; more < 20; more++)
            file.Events.Add(new PerfEvent());
        byte[] bytes = file.ToFile();
        const int FirstEntry = 104 + (8 * 200);
        for (int entry = 1; entry <= 20; entry++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(FirstEntry + (152 * entry) + 136), 104UL);
            BitConverter.TryWriteBytes(bytes.AsSpan(FirstEntry + (152 * entry) + 144), 1600UL);
        }

        Assert.Contains("more ids than the file has room for", Recordings.Rejection(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_caches_of_the_highest_level_group_the_cpus()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddFeatures(file);
        file.Record(68, []);
        ByteWriter caches = file.NewWriter().U32(1).U32(5);
        foreach ((uint level, string cpus) in new[] { (1u, "0"), (2u, "0-1"), (3u, "4-6"), (3u, "0-3"), (1u, "4") })
            caches.U32(level).U32(64).U32(1024).U32(16).PerfString("Unified").PerfString("32768K").PerfString(cpus);
        file.Features[20] = caches.ToArray();
        file.Features[13] = file.NewWriter().U32(1).PerfString("0-7").U32(0).ToArray();
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, -1], table.Facts.CpuCaches.ToArray());
    }

    [Fact]
    public void Without_caches_packages_stand_for_them()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddFeatures(file);
        file.Record(68, []);
        file.Features[13] = file.NewWriter().U32(2).PerfString("0-3").PerfString("4-7").U32(1).PerfString("0").ToArray();
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], table.Facts.CpuCaches.ToArray());
        file.Features[20] = file.NewWriter().U32(1).U32(uint.MaxValue).ToArray();
        using EventTable damaged = Recordings.Read(file.ToFile());
        Assert.Equal("unreadable_features", Assert.Single(damaged.Facts.Issues).Code);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], damaged.Facts.CpuCaches.ToArray());
    }

    private static void AddFeatures(PerfFileWriter file)
    {
        file.Features[4] = file.NewWriter().PerfString("6.9.1").ToArray();
        file.Features[6] = file.NewWriter().PerfString("riscv64").ToArray();
        file.Features[7] = file.NewWriter().U32(8).U32(6).ToArray();
        file.Features[11] = file.NewWriter().U32(5).PerfString("perf").PerfString("record").PerfString("-e").PerfString("*:*")
            .PerfString("it's").ToArray();
        file.Features[14] = file.NewWriter().U32(2).U32(0).Zeros(16).PerfString("0-2,4").U32(1).Zeros(16).PerfString("3,5-6").ToArray();
        file.Features[29] = file.NewWriter().U32(1).U32(1).U64(6000).U64(5000).ToArray();
        file.Features[200] = [1, 2, 3];
    }
}
