using ForkTrace.Events;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Samples with every sample_type: the fields before the tracepoint's record must be skipped exactly.</summary>
public class SampleLayoutTests
{
    private const ulong Optional = PerfEvent.Ip | PerfEvent.Tid | PerfEvent.Address | PerfEvent.Read | PerfEvent.CallChain | PerfEvent.Id
        | PerfEvent.Period | PerfEvent.StreamId | PerfEvent.Branches | PerfEvent.UserRegisters | PerfEvent.UserStack | PerfEvent.Weight
        | PerfEvent.DataSource | PerfEvent.Identifier;

    /// <summary>200 random sample types, each with random read_format bits, in both byte orders.</summary>
    [Fact]
    public void Rows_do_not_depend_on_the_other_fields_of_a_sample()
    {
        Random random = new(20260101);
        for (int round = 0; round < 200; round++)
        {
            ulong samples = PerfEvent.Time | PerfEvent.Cpu | PerfEvent.Raw | ((ulong)random.NextInt64() & Optional);
            PerfFileWriter file = new(bigEndian: random.Next(2) == 1);
            PerfEvent one = new() { Samples = samples, ReadFormat = (ulong)random.Next(32), Ids = [5], Config = Tracefs.ExitId };
            file.Events.Add(one);
            file.Features[1] = Tracefs.Block(file.IsBigEndian);
            List<Recordings.Row> expected = [];
            for (int sample = 0; sample < 5; sample++)
            {
                uint cpu = (uint)random.Next(3);
                int tid = random.Next(1, 100000);
                file.Sample(one, 5, (ulong)(1000 + sample), cpu, Tracefs.ExitRecord(tid, $"task {tid}", file.IsBigEndian), random);
                expected.Add(new Recordings.Row(1000 + sample, (int)cpu, EventKind.Exit, tid, -1, $"task {tid}", -1));
            }

            List<Recordings.Row> rows = Recordings.Rows(random.Next(2) == 1 ? file.ToPipe() : file.ToFile());
            Assert.True(expected.SequenceEqual(rows), $"round {round}: sample_type {samples:x}, read_format {one.ReadFormat:x}");
        }
    }

    /// <summary>Two events with different layouts in one recording: only the id shows to which event a sample belongs.</summary>
    [Theory]
    [InlineData(PerfEvent.Identifier)]
    [InlineData(PerfEvent.Id)]
    public void Events_are_distinguished_by_id(ulong idBit)
    {
        PerfFileWriter file = new();
        PerfEvent plain = new() { Samples = PerfEvent.Time | PerfEvent.Cpu | PerfEvent.Raw | idBit, Ids = [7], Config = Tracefs.ExitId };
        PerfEvent chains = plain with { Samples = plain.Samples | PerfEvent.CallChain | PerfEvent.Period, Ids = [8, 9] };
        PerfEvent counter = plain with { Type = 0, Config = 0, Samples = plain.Samples & ~PerfEvent.Raw, Ids = [6], Name = "cycles" };
        file.Events.AddRange([plain, chains, counter]);
        file.Features[1] = Tracefs.Block();
        Random random = new(1);
        file.Sample(plain, 7, 1, 0, Tracefs.ExitRecord(101, "a"), random);
        file.Sample(counter, 6, 2, 0, [], random);
        file.Sample(chains, 9, 3, 1, Tracefs.ExitRecord(102, "b"), random);
        file.Sample(chains, 8, 4, 1, Tracefs.ExitRecord(103, "c"), random);
        file.Sample(plain, 4, 5, 1, Tracefs.ExitRecord(104, "d"), random);
        file.Sample(counter, 6, 6, 0, [], random);
        using EventTable table = Recordings.Read(file.ToPipe());
        Assert.Equal([101, 102, 103], table.Tids.ToArray());
        Assert.Equal(1, Recordings.Issue(table, "unknown_ids").Count);
        Assert.Equal(2, table.Facts.EventsSkipped["cycles"]);
    }

    [Fact]
    public void A_large_machine_has_many_cpus_and_ids()
    {
        const int Cpus = 6000;
        PerfFileWriter file = new();
        PerfEvent exit = new() { Config = Tracefs.ExitId, Ids = [.. Enumerable.Range(0, Cpus).Select(cpu => 3UL * (ulong)cpu)] };
        ulong[] ids = [.. exit.Ids.Select(id => id + 1)];
        PerfEvent dummy = new() { Type = 1, Samples = exit.Samples & ~PerfEvent.Raw, Ids = ids, Name = "dummy" };
        file.Events.AddRange([exit, dummy]);
        file.Features[1] = Tracefs.Block();
        List<Recordings.Row> expected = [];
        for (int cpu = Cpus - 1; cpu >= 0; cpu -= 101)
        {
            file.Sample(exit, exit.Ids[cpu], (ulong)cpu, (uint)cpu, Tracefs.ExitRecord(cpu + 1, "a"), null);
            file.Sample(dummy, dummy.Ids[cpu], (ulong)cpu, (uint)cpu, [], null);
            expected.Insert(0, new Recordings.Row(cpu, cpu, EventKind.Exit, cpu + 1, -1, "a", -1));
        }

        Assert.Equal(expected, Recordings.Rows(file.ToFile()));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(expected.Count, table.Facts.EventsSkipped["type 1 config 0"]);
        Assert.Equal(Cpus, table.Facts.Cpus);
    }

    [Fact]
    public void Different_samples_without_ids_are_rejected()
    {
        PerfFileWriter file = new();
        PerfEvent plain = new() { Samples = PerfEvent.Time | PerfEvent.Cpu | PerfEvent.Raw, Ids = [7] };
        file.Events.AddRange([plain, plain with { Samples = plain.Samples | PerfEvent.Period, Ids = [8] }]);
        file.Features[1] = Tracefs.Block();
        Assert.Contains("no id in a common place", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PerfEvent.Time | PerfEvent.Raw, "without CPUs")]
    [InlineData(PerfEvent.Cpu | PerfEvent.Raw, "without times")]
    public void Tracepoints_without_time_or_cpu_are_rejected(ulong samples, string reason)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Samples = samples });
        file.Features[1] = Tracefs.Block();
        Assert.Contains(reason, Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    /// <summary>perf_event_attr had 64 bytes at first, and grows. Missing fields of a short one are 0; new fields of a long one are
    /// skipped.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(136)]
    [InlineData(200)]
    public void Attributes_of_any_size_are_read(int bytes)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Bytes = bytes, Ids = [5], Flags = [18, 25], ClockId = 7 });
        file.Features[1] = Tracefs.Block();
        file.Sample(5, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([9], table.Tids.ToArray());
        Assert.Equal(bytes >= 96 ? "boot" : "realtime", table.Facts.Clock);
    }

    [Fact]
    public void Damaged_samples_are_skipped_and_counted()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Sample(12, 1, 0, Tracefs.ExitRecord(9, "a"));
        file.Sample(12, 2, 9000, Tracefs.ExitRecord(9, "a"));
        file.Sample(12, 1UL << 63, 0, Tracefs.ExitRecord(9, "a"));
        file.Record(9, new byte[16]);
        file.Record(9, file.NewWriter().U64(12).Zeros(40).U32(1000).Zeros(36).ToArray());
        file.Sample(13, 3, 1, Tracefs.ExitRecord(10, "b"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([9, 10], table.Tids.ToArray());
        Assert.Equal(4, Recordings.Issue(table, "damaged_samples").Count);
    }

    [Theory]
    [InlineData(100, new[] { 18 })]
    [InlineData(1, new[] { 10, 18 })]
    public void Sampled_tracepoints_are_reported_as_loss(ulong period, int[] flags)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { SamplePeriod = period, Flags = flags, Ids = [5] });
        file.Features[1] = Tracefs.Block();
        file.Sample(5, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "sampled_events").Severity);
    }

    [Theory]
    [InlineData(new[] { -1 }, false)]
    [InlineData(new[] { 9 }, true)]
    [InlineData(new[] { 9, 10, 11 }, true)]
    public void A_recording_of_some_tasks_is_reported(int[] tids, bool isReported)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Flags = [18], Ids = [5] });
        file.Features[1] = Tracefs.Block();
        file.ThreadMap(tids);
        file.Sample(5, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(isReported, table.Facts.Issues.Any(issue => issue.Code == "single_tasks"));
    }

    [Theory]
    [InlineData("perf record -e sched:* -p 9", true)]
    [InlineData("perf record --pid=9 -e sched:*", true)]
    [InlineData("simpleperf record -t 9 --trace-offcpu", true)]
    [InlineData("perf record -a -e sched:* mkdir -p x", false)]
    [InlineData("perf record -C 0 -e sched:* -- mkdir -p x", false)]
    [InlineData("perf sched record mkdir -p x", false)]
    public void So_is_one_whose_command_names_tasks(string command, bool isReported)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Flags = [18], Ids = [5] });
        file.Features[1] = Tracefs.Block();
        file.CommandLine(command);
        file.Sample(5, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(isReported, table.Facts.Issues.Any(issue => issue.Code == "single_tasks"));
    }

    [Theory]
    [InlineData(12, "single_tasks", IssueSeverity.Warning)]
    [InlineData(27, "overwritten", IssueSeverity.DataLoss)]
    public void What_perf_record_was_told_to_leave_out_is_reported(int flag, string code, IssueSeverity severity)
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Flags = [flag, 18], Ids = [5] });
        file.Features[1] = Tracefs.Block();
        file.Sample(5, 1, 0, Tracefs.ExitRecord(9, "a"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(severity, Recordings.Issue(table, code).Severity);
    }
}
