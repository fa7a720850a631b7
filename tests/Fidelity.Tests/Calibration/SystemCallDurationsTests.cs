using ForkTrace.Events;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Fork durations from the entry to the exit of the system call.</summary>
public sealed class SystemCallDurationsTests
{
    private const long ThreadFlags = 0x3d0f00;
    private const long VforkFlags = 0x4111;

    [Fact]
    public void A_known_difference_is_found()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int parent = trace.NewTaskId();
        for (int fork = 0; fork < 400; fork++)
            Fork(trace, parent, 1_000_000L * (fork + 1), 20_000 + (fork % 50), ThreadFlags, isMiss: fork % 2 == 1);
        ForkDurations measured = ForkDurations.Of(trace.ToTable());
        Assert.Equal("from entry to exit of clone, clone3 and fork", measured.Measure);
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([measured]);
        Assert.Equal(ForkKind.Thread, found.Kind);
        Assert.Equal(4000, found.Difference.MedianNs, 10.0);
    }

    [Fact]
    public void Vforks_failed_disturbed_and_migrated_calls_are_left_out()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int parent = trace.NewTaskId();
        Fork(trace, parent, 1_000_000, 20_000, ThreadFlags, isMiss: true);
        Fork(trace, parent, 2_000_000, 20_000, VforkFlags, isMiss: true);
        Fork(trace, parent, 3_000_000, 20_000, ThreadFlags, isMiss: true, exitCpu: 1);
        Fork(trace, parent, 4_000_000, 20_000, ThreadFlags, isMiss: true, disturbance: EventKind.RcuSoftirqEntry);
        Fork(trace, parent, 5_000_000, 20_000, ThreadFlags, isMiss: true, disturbance: EventKind.DeathSwitch);

        // A failed fork: no new task.
        trace.Add(6_000_000, 0, EventKind.ForkEnter, parent, -1, 0);
        trace.Add(6_010_000, 0, EventKind.ForkExit, parent, -1, -11);
        KindDurations threads = Assert.Single(ForkDurations.Of(trace.ToTable()).Kinds);
        Assert.Equal((0, 1), (threads.Hits.Count, threads.Misses.Count));
        Assert.Equal(24_000, threads.Misses.QuantileNs(0.5));
    }

    [Fact]
    public void Where_the_allocation_is_recorded_it_is_measured_from_there()
    {
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        Fork(trace, parent, 1_000_000, 20_000, ThreadFlags, isMiss: true);
        trace.AllocateTask(2_000_000, 0, parent);
        Assert.Equal("from the allocation of the task_struct to task_newtask", ForkDurations.Of(trace.ToTable()).Measure);
    }

    private static void Fork(
        SyntheticTrace trace,
        int parent,
        long beginNs,
        long durationNs,
        long flags,
        bool isMiss,
        int exitCpu = 0,
        EventKind? disturbance = null)
    {
        int child = trace.NewTaskId();
        trace.Add(beginNs, 0, EventKind.ForkEnter, parent, -1, 0);
        if (isMiss)
            trace.Add(beginNs + 1000, 0, EventKind.StackMap, parent, -1, 0);
        trace.Add(beginNs + 5000, 0, EventKind.NewTask, child, parent, flags);
        if (disturbance is { } kind)
            trace.Add(beginNs + 6000, 0, kind, kind == EventKind.DeathSwitch ? trace.NewTaskId() : parent, -1, 16);
        trace.Add(beginNs + 7000, 1, EventKind.ForkExit, child, -1, 0);
        trace.Add(beginNs + durationNs + (isMiss ? 4000 : 0), exitCpu, EventKind.ForkExit, parent, -1, 77);
    }
}
