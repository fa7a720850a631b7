using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Profile;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Profile;

/// <summary>Fork latencies, measured with the recording's events.</summary>
public sealed class ForkLatencyTests
{
    private const long ThreadFlags = 0x3d0f00;

    [Fact]
    public void Threads_of_a_real_recording_take_as_long_as_was_measured_by_hand()
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"));
        ForkLatency[] sorts = [.. ForkLatency.Of(events)];
        Assert.Equal(
            ["copy_process thread hit 10261", "copy_process thread miss 9739"],
            sorts.Select(sort => $"{sort.Measure} {sort.Kind} {sort.Outcome} {sort.Times.Count}"));
        Assert.Equal(5200, sorts[0].Times.QuantileNs(0.5), 100.0);
        Assert.Equal(9500, sorts[1].Times.QuantileNs(0.5), 100.0);
        Assert.All(sorts, sort => Assert.Null(sort.CopyShare));
    }

    [Fact]
    public void Kinds_outcomes_and_the_share_of_the_system_call_are_reported()
    {
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        Fork(trace, parent, 1_000_000, ThreadFlags, isMiss: false);
        Fork(trace, parent, 2_000_000, ThreadFlags, isMiss: true);
        Fork(trace, parent, 3_000_000, 0x1200011, isMiss: true);
        ForkLatency[] sorts = [.. ForkLatency.Of(trace.ToTable())];
        Assert.Equal(
            [
                "copy_process process miss 5000", "copy_process thread hit 5000", "copy_process thread miss 5000",
                "system_call process miss 20000", "system_call thread hit 20000", "system_call thread miss 20000",
            ],
            sorts.Select(sort => $"{sort.Measure} {sort.Kind} {sort.Outcome} {sort.Times.MaxNs}"));
        Assert.All(sorts[3..], sort => Assert.Equal(0.25, sort.CopyShare));
    }

    [Fact]
    public void Without_the_kernels_own_events_the_outcome_is_unknown()
    {
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        Fork(trace, parent, 1_000_000, ThreadFlags, isMiss: false);
        Assert.All(ForkLatency.Of(trace.ToTable()), sort => Assert.Equal("unknown", sort.Outcome));
    }

    [Fact]
    public void A_clock_without_nanoseconds_measures_nothing()
    {
        SyntheticTrace trace = new() { Clock = "counter", ClockUnit = "ticks" };
        int parent = trace.NewTaskId();
        Fork(trace, parent, 1_000_000, ThreadFlags, isMiss: true);
        Assert.Empty(ForkLatency.Of(trace.ToTable()));
    }

    // 20 us from entry to exit, including 5 us from the task_struct's allocation to task_newtask.
    private static void Fork(SyntheticTrace trace, int parent, long beginNs, long flags, bool isMiss)
    {
        trace.Add(beginNs, 0, EventKind.ForkEnter, parent, -1, 0);
        trace.AllocateTask(beginNs + 1000, 0, parent);
        if (isMiss)
            trace.Add(beginNs + 2000, 0, EventKind.StackMap, parent, -1, 0);
        trace.Add(beginNs + 6000, 0, EventKind.NewTask, trace.NewTaskId(), parent, flags);
        trace.Add(beginNs + 20_000, 0, EventKind.ForkExit, parent, -1, 77);
    }
}
