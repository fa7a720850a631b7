using ForkTrace.Events;
using ForkTrace.Ingest.Tests.Text;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>perf's own FORK and EXIT records, if no tracepoint reports the same.</summary>
public sealed class TaskRecordTests
{
    private const int TaskBit = 13, SampleIdAllBit = 18;
    private const uint SoftwareType = 1;
    private const ulong PlainSamples = PerfEvent.Ip | PerfEvent.Tid | PerfEvent.Time | PerfEvent.Cpu | PerfEvent.Identifier;

    // Output of perf script --ns --show-task-events for the same records. A FORK line has the forking thread in its head.
    private static readonly string[] s_lines =
    [
        "         swapper     0 [000]     0.000000000: PERF_RECORD_FORK(5:5):(1:1)",
        "         my sh:1     0 [000]     0.000000000: PERF_RECORD_COMM: my sh:1:5/5",
        "         my sh:1     5 [000]     0.000001000: PERF_RECORD_FORK(100:100):(5:5)",
        "            true   100 [001]     0.000001500: PERF_RECORD_COMM exec: true:100/100",
        "            true   100 [001]     0.000001600:     250000 cpu-clock:ppp:  ffffffff81000000 [unknown] ([kernel.kallsyms])",
        "            true   100 [001]     0.000002000: PERF_RECORD_EXIT(100:100):(5:5)",
        "         my sh:1     5 [000]     0.000002500: PERF_RECORD_FORK(5:101):(5:5)",
        "         my sh:1   101 [000]     0.000003000: PERF_RECORD_EXIT(5:101):(5:5)",
    ];

    private static readonly Row[] s_expected =
    [
        new(1000, 0, EventKind.Fork, 1, 0, 100, "my sh:1", 0),
        new(2000, 1, EventKind.Exit, 1, -1, 100, "true", -1),
        new(2500, 0, EventKind.Fork, 2, 0, 101, "my sh:1", 0),
        new(3000, 0, EventKind.Exit, 2, -1, 101, "my sh:1", -1),
    ];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Without_tracepoints_they_are_the_events(bool bigEndian, bool isPipe)
    {
        PerfFileWriter file = WithoutTracepoints(bigEndian);
        WriteTasks(file, 7);
        using EventTable table = Recordings.Read(isPipe ? file.ToPipe() : file.ToFile());
        Assert.Equal(s_expected, Row.Of(table));
        Assert.Equal((2L, 2L), (table.Facts.CountOf(EventKind.Fork), table.Facts.CountOf(EventKind.Exit)));
        ImportIssue forks = Recordings.Issue(table, TraceFacts.ForkRecordsCode);
        Assert.Equal((IssueSeverity.Warning, 2L), (forks.Severity, forks.Count));
        Assert.Contains("1 more, which perf generates", forks.Message, StringComparison.Ordinal);
        Assert.Equal(2, Recordings.Issue(table, TraceFacts.ExitRecordsCode).Count);
        Assert.DoesNotContain(table.Facts.Issues, issue => issue.Code == "clock_backwards");
    }

    [Fact]
    public void Perf_scripts_lines_of_them_give_the_same_rows()
    {
        using EventTable table = TextFile.Read(s_lines);
        Assert.Equal(s_expected, Row.Of(table));
        Assert.Contains(
            "1 more, which perf generates", Recordings.Issue(table, TraceFacts.ForkRecordsCode).Message, StringComparison.Ordinal);
        Assert.Equal(2, Recordings.Issue(table, TraceFacts.ExitRecordsCode).Count);
    }

    /// <summary>The kernel writes FORK and EXIT for any of attr.mmap, comm, task, mmap_data and mmap2 (perf_event_task_match).</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(23)]
    public void Whatever_bit_asked_for_them_they_are_the_events(int bit)
    {
        PerfFileWriter file = WithoutTracepoints();
        file.Events[1] = file.Events[1] with { Flags = [bit, SampleIdAllBit] };
        WriteTasks(file, 7);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(s_expected, Row.Of(table));
    }

    [Fact]
    public void Records_that_no_bit_asked_for_are_the_events_too()
    {
        PerfFileWriter file = WithoutTracepoints();
        file.Events[1] = file.Events[1] with { Flags = [SampleIdAllBit] };
        WriteTasks(file, 7);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(s_expected, Row.Of(table));
    }

    /// <summary>Linux 3.4 writes an EXIT for each of the task's contexts, with some nanoseconds between them.</summary>
    [Fact]
    public void An_exit_that_is_written_twice_is_one()
    {
        PerfFileWriter file = WithoutTracepoints();
        WriteTasks(file, 7);
        file.Task(isFork: false, 7, 2010, 1, 100, 5);
        file.Task(isFork: false, 7, 3010, 0, 101, 5, pid: 5);
        file.Task(isFork: true, 7, 4000, 0, 100, 5);
        file.Task(isFork: false, 7, 5000, 0, 100, 5);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([1000, 2000, 2500, 3000, 4000, 5000], table.TimesNs);
        string exits = Recordings.Issue(table, TraceFacts.ExitRecordsCode).Message;
        Assert.Contains("2 more, for tasks that had already ended", exits, StringComparison.Ordinal);
    }

    /// <summary>perf in a container: the kernel has no tid of a task outside its PID namespace, and writes 0 or -1.</summary>
    [Fact]
    public void Tasks_outside_perfs_namespace_are_not_taken_for_one_task()
    {
        PerfFileWriter file = WithoutTracepoints();
        WriteTasks(file, 7);
        file.Task(isFork: true, 7, 4000, 0, 0, 0);
        file.Task(isFork: false, 7, 5000, 0, 0, 0);
        file.Task(isFork: false, 7, 6000, 1, 0, 0);
        file.Task(isFork: false, 7, 7000, 1, uint.MaxValue, 0);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(s_expected, Row.Of(table));
        ImportIssue unseen = Recordings.Issue(table, "unseen_tasks");
        Assert.Equal((IssueSeverity.DataLoss, 4L), (unseen.Severity, unseen.Count));
        Assert.DoesNotContain("already ended", Recordings.Issue(table, TraceFacts.ExitRecordsCode).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_recording_without_tracepoints_is_read()
    {
        PerfFileWriter file = WithoutTracepoints();
        WriteTasks(file, 7);
        using EventTable table = Recordings.Read(file.ToFile(isFinished: false));
        Assert.Equal(s_expected, Row.Of(table));
        Recordings.Issue(table, "unfinished_recording");
    }

    [Fact]
    public void Beside_tracepoints_they_are_not_counted()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Events[0] = file.Events[0] with { Flags = [TaskBit, SampleIdAllBit] };
        WriteTasks(file, 10);
        file.Sample(10, 1001, 0, Tracefs.NewTaskRecord(5, 100, "my sh:1", 0x1200000));
        file.Sample(12, 2001, 1, Tracefs.ExitRecord(100, "true"));
        foreach (byte[] bytes in new[] { file.ToFile(), file.ToPipe() })
        {
            using EventTable table = Recordings.Read(bytes);
            Assert.Equal([EventKind.NewTask, EventKind.Exit], table.Kinds.ToArray());
            Assert.Equal([1001, 2001], table.TimesNs);
            Assert.Empty(table.Facts.Issues);
        }
    }

    [Fact]
    public void Beside_tracepoints_the_lines_of_them_are_not_counted()
    {
        string[] tracepoints =
        [
            "              sh     5 [000]     0.000001001: task:task_newtask: pid=100 comm=my sh:1 clone_flags=1200000 oom_score_adj=0",
            "            true   100 [001]     0.000002001: sched:sched_process_exit: comm=true pid=100 prio=120",
        ];
        using EventTable table = TextFile.Read([.. s_lines, .. tracepoints]);
        Assert.Equal([EventKind.NewTask, EventKind.Exit], table.Kinds.ToArray());
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Each_kind_of_tracepoint_stands_for_itself()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        file.Events[0] = file.Events[0] with { Type = SoftwareType, Config = 9, Samples = PlainSamples, Flags = [TaskBit, SampleIdAllBit] };
        WriteTasks(file, 10);
        file.Sample(12, 2001, 1, Tracefs.ExitRecord(100, "true"));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([EventKind.Fork, EventKind.Exit, EventKind.Fork], table.Kinds.ToArray());
        Assert.Equal([1000, 2001, 2500], table.TimesNs);
        Recordings.Issue(table, TraceFacts.ForkRecordsCode);
        Assert.False(table.Facts.HasIssue(TraceFacts.ExitRecordsCode));
    }

    [Fact]
    public void Several_events_with_task_records_tell_of_each_task_once()
    {
        PerfFileWriter file = WithoutTracepoints();
        file.Events.Add(new PerfEvent { Type = SoftwareType, Samples = PlainSamples, Ids = [8], Flags = [TaskBit, SampleIdAllBit] });
        WriteTasks(file, 7);
        WriteTasks(file, 8);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(s_expected, Row.Of(table));
    }

    /// <summary>perf record of one command opens an event per task and CPU. The samples have no CPU, but a different id for each.</summary>
    [Fact]
    public void The_cpu_is_known_by_the_events_id()
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent
        {
            Type = SoftwareType,
            Samples = PerfEvent.Tid | PerfEvent.Time | PerfEvent.Id,
            Ids = [7, 8],
            Flags = [TaskBit, SampleIdAllBit],
        });
        file.IdIndex((7, 0), (8, 3));
        file.Record(7, Body(file, 100).U32(1).U32(1).U64(1000).U64(7).ToArray());
        file.Record(4, Body(file, 100).U32(1).U32(1).U64(2000).U64(8).ToArray());
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([0, 3], table.Cpus.ToArray());
    }

    [Fact]
    public void A_tracepoints_cpu_is_known_by_its_id_too()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        PerfEvent withoutCpu = file.Events[0] with { Samples = PerfEvent.Default & ~PerfEvent.Cpu };
        file.Events[0] = withoutCpu;
        file.Events[1] = file.Events[1] with { Samples = withoutCpu.Samples };
        file.IdIndex((10, 0), (11, 1), (12, 0), (13, 1));
        file.Sample(withoutCpu, 13, 500, 0, Tracefs.ExitRecord(9, "a"), null);
        file.Sample(withoutCpu, 12, 600, 0, Tracefs.ExitRecord(8, "a"), null);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([1, 0], table.Cpus.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_any_cpu_the_file_is_rejected_with_the_option_to_give(bool isTracepoint)
    {
        PerfFileWriter file = isTracepoint ? PerfFileWriter.WithTwoEvents() : new PerfFileWriter();
        const ulong Samples = PerfEvent.Tid | PerfEvent.Time | PerfEvent.Id;
        if (isTracepoint)
        {
            PerfEvent withoutCpu = file.Events[1] with { Samples = Samples | PerfEvent.Raw };
            file.Events.Clear();
            file.Events.Add(withoutCpu);
            file.Sample(withoutCpu, 12, 500, 0, Tracefs.ExitRecord(9, "a"), null);
        }
        else
        {
            file.Events.Add(new PerfEvent { Type = SoftwareType, Samples = Samples, Ids = [7], Flags = [TaskBit, SampleIdAllBit] });
            file.Record(7, Body(file, 100).U32(1).U32(1).U64(1000).U64(7).ToArray());
        }

        string message = Recordings.Rejection(file.ToFile()).Message;
        Assert.Contains("perf record -a", message, StringComparison.Ordinal);
        Assert.Contains("--sample-cpu", message, StringComparison.Ordinal);
    }

    private static ByteWriter Body(PerfFileWriter file, uint tid) => file.NewWriter().U32(tid).U32(1).U32(tid).U32(1).U64(1);

    // Like perf record -a without tracepoints: samples of the clock, and an event that exists only for its records.
    private static PerfFileWriter WithoutTracepoints(bool bigEndian = false)
    {
        PerfFileWriter file = new(bigEndian);
        file.Events.Add(new PerfEvent { Type = SoftwareType, Samples = PlainSamples | PerfEvent.Period, Ids = [5, 6] });
        file.Events.Add(new PerfEvent
        {
            Type = SoftwareType,
            Config = 9,
            Samples = PlainSamples,
            Ids = [7],
            Flags = [TaskBit, SampleIdAllBit],
            Name = "dummy:HG",
        });
        return file;
    }

    // Like records of several CPUs, these are not in order of time.
    private static void WriteTasks(PerfFileWriter file, ulong id)
    {
        file.Task(isFork: true, 0, 0, 0, 5, 1);
        file.Name(0, 0, 0, 5, "my sh:1");
        file.Name(id, 1500, 1, 100, "true", misc: 1 << 13);
        file.Task(isFork: false, id, 2000, 1, 100, 5);
        file.Task(isFork: true, id, 1000, 0, 100, 5);
        file.Task(isFork: true, id, 2500, 0, 101, 5, pid: 5);
        file.Task(isFork: false, id, 3000, 0, 101, 5, pid: 5);
    }
}
