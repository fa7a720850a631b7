using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>Real recordings, compared with counts by perf.</summary>
public class SampleFilesTests
{
    /// <summary>
    /// Counts by event from perf 6.1.192: <c>perf script -G -F event -i FILE | sort | uniq -c</c> (of the unpacked file). All switches are
    /// away from dead tasks, because of a filter: <c>perf script -i FILE | grep -cE 'prev_state=[XZ]'</c>.
    /// </summary>
    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst", 20000, 20000, 20001, 20001, 19569, 20000, 9739)]
    [InlineData("native-6.18/fork.perf.data.zst", 5000, 5000, 5001, 5001, 4719, 5000, 2480)]
    [InlineData("native-6.18/shell.perf.data.zst", 2000, 2000, 2001, 2001, 1705, 2000, 4)]
    [InlineData("native-6.18/prefork.perf.data.zst", 3000, 3000, 3001, 3001, 2923, 3000, 1515)]
    [InlineData("native-6.18/make.perf.data.zst", 361, 361, 362, 362, 356, 361, 55)]
    [InlineData("formats/perf_file.data", 302, 302, 303, 303, 300, 0, 0)]
    [InlineData("formats/perf_z.data", 302, 302, 303, 303, 301, 0, 0)]
    [InlineData("formats/perf_pipe.data", 302, 302, 303, 303, 297, 0, 0)]
    [InlineData("formats/perf_pipe_z.data", 302, 302, 303, 303, 297, 0, 0)]
    [InlineData("formats/perf_g.data.zst", 302, 302, 303, 303, 299, 0, 0)]
    [InlineData("formats/perf_mono.data.zst", 302, 302, 303, 303, 298, 0, 0)]
    public void Counts_are_those_of_perf_script(
        string file, int newTasks, int forks, int exits, int deathSwitches, int frees, int taskAllocs, int stackMaps)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(file));
        TraceFacts facts = table.Facts;
        Assert.Equal(newTasks, facts.CountOf(EventKind.NewTask));
        Assert.Equal(forks, facts.CountOf(EventKind.Fork));
        Assert.Equal(exits, facts.CountOf(EventKind.Exit));
        Assert.Equal(deathSwitches, facts.CountOf(EventKind.DeathSwitch));
        Assert.Equal(frees, facts.CountOf(EventKind.Free));
        Assert.Equal(taskAllocs, facts.CountOf(EventKind.TaskAlloc));
        Assert.Equal(stackMaps, facts.CountOf(EventKind.StackMap));
        Assert.Equal(newTasks + forks + exits + deathSwitches + frees + taskAllocs + stackMaps, facts.EventsTotal);
        Assert.Empty(facts.EventsSkipped);
        Assert.Empty(facts.Issues);
        Assert.Equal(0, facts.Lost);
    }

    /// <summary>What <c>perf report --header-only</c> shows of the same files.</summary>
    [Fact]
    public void Facts_are_those_of_the_header()
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace("formats/perf_mono.data.zst"));
        TraceFacts facts = table.Facts;
        Assert.Equal("perf.data", facts.Format);
        Assert.Equal("6.1.0-53-amd64", facts.Kernel);
        Assert.Equal("x86_64", facts.Machine);
        Assert.Equal("mono", facts.Clock);
        Assert.Equal("ns", facts.ClockUnit);
        Assert.Equal(2, facts.Cpus);
        Assert.Equal([0, 0], facts.CpuNodes);

        // CLOCK_DATA: wall clock 1795348879311604000 ns when CLOCK_MONOTONIC was 29770505659 ns.
        Assert.Equal(1795348879311604000 - 29770505659, facts.WallClockOffsetNs);
        Assert.StartsWith("/usr/bin/perf record -q -a -k mono -e sched:sched_process_fork", facts.Recorder, StringComparison.Ordinal);
        Assert.Contains("--filter 'prev_state & 0x30'", facts.Recorder, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("formats/perf_file.data", "perf.data", "perf")]
    [InlineData("formats/perf_pipe_z.data", "perf.data (pipe)", "perf")]
    [InlineData("native-6.18/make.perf.data.zst", "perf.data", "mono")]
    public void Format_and_clock_are_reported(string file, string format, string clock)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(file));
        Assert.Equal(format, table.Facts.Format);
        Assert.Equal(clock, table.Facts.Clock);
    }

    /// <summary><c>perf script -i pthread.perf.data | grep -c group_dead=true</c> says 1, of 20001.</summary>
    [Fact]
    public void Exits_of_6_18_say_whether_the_group_died()
    {
        List<Recordings.Row> rows = Recordings.Rows(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"));
        Assert.Equal(1, rows.Count(row => row is { Kind: EventKind.Exit, Value: 1 }));
        Assert.Equal(20000, rows.Count(row => row is { Kind: EventKind.Exit, Value: 0 }));
    }
}
