using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>The shipped recordings: the number of events of each kind, and the facts in the files.</summary>
public sealed class RecordingTests
{
    // Counted from (one line):
    //   trace-cmd report -R -t FILE
    //     | awk 'match($0, /: +[a-z_]+: /) { n[substr($0, RSTART, RLENGTH)]++ } END { for (e in n) print n[e], e }'
    // (trace-cmd 3.1.6). All sched_switch events in these files are death switches (recorded with a filter), all softirqs have vec 9, and
    // the ip distinguishes the function events.
    public static TheoryData<string, string> Counts { get; } = new()
    {
        { "formats/v6.dat.zst", "death_switch 303, exit 303, fork 302, free 295, newtask 302" },
        { "formats/v7_default.dat", "death_switch 303, exit 303, fork 302, free 299, newtask 302" },
        { "formats/v7_tsc2nsec_none.dat.zst", "death_switch 303, exit 303, fork 302, free 295, newtask 302" },
        {
            "vm-6.1/prefork.dat",
            "death_switch 2001, exit 2001, fork 2000, free 1993, function_delayed_put 1993, function_stack_rcu 1116, function_vfree 715, "
            + "newtask 2000, probe_call_rcu 1122, probe_delayed_put 1964, probe_dup 2000, probe_free_task 1964, probe_new_task 2000, "
            + "probe_put 2001, probe_stack_rcu 1105, probe_vfree 713, probe_vmalloc 724, rcu_softirq_entry 2822, rcu_softirq_exit 2822, "
            + "task_alloc 2000, wait 3979"
        },
        {
            "vm-6.1/pthread.dat",
            "death_switch 20001, exit 20001, fork 20000, free 20000, function_delayed_put 20000, function_stack_rcu 8216, "
            + "function_vfree 5629, newtask 20000, probe_call_rcu 8217, probe_delayed_put 19944, probe_dup 20000, "
            + "probe_free_task 19944, probe_new_task 20000, "
            + "probe_put 20001, probe_stack_rcu 8191, probe_vfree 5618, probe_vmalloc 5631, rcu_softirq_entry 18590, "
            + "rcu_softirq_exit 18590, task_alloc 20000"
        },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void Events_are_counted_by_kind_as_trace_cmd_does(string file, string expected)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(file));

        Assert.Equal(expected, string.Join(", ", table.Facts.EventsByKind.Select(count => $"{count.Key} {count.Value}")));
        Assert.Equal(table.Facts.EventsByKind.Values.Sum(), table.Facts.EventsTotal);
        Assert.Empty(table.Facts.EventsSkipped);
        Assert.Empty(table.Facts.Issues);
        Assert.Equal(0, table.Facts.Lost);
    }

    [Theory]
    [InlineData("formats/v6.dat.zst", "trace.dat v6", "local", 49474153740)]
    [InlineData("formats/v7_default.dat", "trace.dat v7", "local", 27008077646)]
    [InlineData("formats/v7_tsc2nsec_none.dat.zst", "trace.dat v7", "x86-tsc", 131768925253)]
    [InlineData("vm-6.1/prefork.dat", "trace.dat v7", "mono", 696213235621)]
    public void Facts_come_from_the_options(string file, string format, string clock, long firstNs)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(file));

        Assert.Equal(format, table.Facts.Format);
        Assert.Equal(clock, table.Facts.Clock);
        Assert.Equal("ns", table.Facts.ClockUnit);
        Assert.Equal("6.1.0-53-amd64", table.Facts.Kernel);
        Assert.Equal("x86_64", table.Facts.Machine);
        Assert.Equal(2, table.Facts.Cpus);
        Assert.Equal(firstNs, table.Facts.FirstNs);
    }

    [Theory]
    [InlineData("formats/v6.dat.zst")]
    [InlineData("vm-6.1/prefork.dat")]
    public void Tables_do_not_depend_on_the_number_of_threads(string file)
    {
        using EventTable one = TraceReader.Read(RepositoryFiles.SampleTrace(file), new IngestOptions { Threads = 1, KeepAll = true });
        using EventTable four = TraceReader.Read(RepositoryFiles.SampleTrace(file), new IngestOptions { Threads = 4, KeepAll = true });

        Assert.Equal(one.TimesNs, four.TimesNs);
        Assert.Equal(one.Cpus.ToArray(), four.Cpus.ToArray());
        Assert.Equal(one.Kinds.ToArray(), four.Kinds.ToArray());
        Assert.Equal(one.Tasks, four.Tasks);
        Assert.Equal(one.Others, four.Others);
        Assert.Equal(one.Tids, four.Tids);
        Assert.Equal(one.Comms, four.Comms);
        Assert.Equal(one.Values, four.Values);
        Assert.Equal(one.CommNames.Names, four.CommNames.Names);
    }

    [Fact]
    public void Progress_reaches_the_end()
    {
        double last = 0;
        using EventTable table = TraceReader.Read(
            RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"), new IngestOptions { Threads = 1, Progress = done => last = done });

        Assert.InRange(last, 0.99, 1);
    }
}
