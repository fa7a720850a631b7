using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Profile;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Profile;

/// <summary>Properties of a recording that do not depend on the policy: calculated by hand, and compared with a slow twin.</summary>
public sealed class TraceProfileTests
{
    private const long Thread = 0x10000;

    [Fact]
    public void Lives_delays_and_CPUs_of_two_tasks()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int process = trace.Fork(1_000, 0);
        int thread = trace.NewTaskId();
        trace.Add(2_000, 2, EventKind.NewTask, thread, process, Thread);
        trace.Die(9_000, 1, process, zombie: true);
        trace.Die(10_000, 2, thread);
        trace.Free(20_010_000, 2, thread);
        trace.Free(20_011_000, 1, process);
        TraceProfile profile = Of(trace.ToTable());

        Assert.Equal(["process 8000", "thread 8000"], profile.Lifetimes.Select(kind => $"{kind.Kind} {kind.Lifetimes.SumNs}"));
        Assert.Equal([new CpuPair(0, 1, 1), new CpuPair(2, 2, 1)], profile.CpuPairs);
        Assert.Equal([new GracePeriodBounds(9_000, 20_009_000, 20_010_000, 2, Evidence.Observed)], profile.GracePeriods);
        CallbackDelays free = Assert.Single(profile.Delays, delays => delays.Operation == StackOperationKind.TaskFree);
        Assert.Equal((Evidence.Observed, 2L, 20_000_000L, 20_002_000L), (free.Evidence, free.Delays.Count, free.Delays.MinNs, free.Delays.MaxNs));
        Assert.Equal(100, profile.Windows.Length - 1);
        Assert.Equal((2L, 2L, 2L), Sum(profile));
        Assert.Equal((2L, 2L), (profile.Windows[0].Forks, profile.Windows[0].Deaths));
    }

    [Fact]
    public void A_pause_of_a_millisecond_parts_two_grace_periods()
    {
        SyntheticTrace trace = new();
        int[] tasks = [.. Enumerable.Range(0, 4).Select(task => trace.Fork(1_000 + task, 0))];
        for (int task = 0; task < tasks.Length; task++)
            trace.Die(2_000 + task, 0, tasks[task]);
        trace.Free(10_000_000, 0, tasks[0]);
        trace.Free(10_999_999, 0, tasks[1]);
        trace.Free(11_999_999, 0, tasks[2]);
        trace.Free(12_000_000, 0, tasks[3]);
        Assert.Equal(
            [(1_001L, 9_999_000L, 2L), (1_003L, 11_998_999L, 2L)],
            Of(trace.ToTable()).GracePeriods.Select(period => (period.StartNs, period.EndNs, period.Callbacks)));
    }

    [Fact]
    public void Nothing_gives_nothing()
    {
        TraceProfile profile = Of(new SyntheticTrace().ToTable());
        Assert.Empty(profile.Lifetimes);
        Assert.Empty(profile.Delays);
        Assert.Empty(profile.CpuPairs);
        Assert.Empty(profile.GracePeriods);
        Assert.Empty(profile.Windows);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 16)]
    public void Counts_are_those_of_a_slow_twin(int seed, int cpus)
    {
        EventTable events = SyntheticTrace.Random(seed, 800, cpus);
        StackOperations operations = LifecycleBuilder.Build(events);
        TraceProfile profile = TraceProfile.Of(events, operations, 1_000_000);
        Operation[] all =
        [
            .. Enumerable.Range(0, operations.Count).Select(index => new Operation(
                operations.Kinds[index], operations.TaskIds[index], operations.Cpus[index], operations.TimesNs[index])),
        ];
        (Operation Fork, Operation Death)[] lives =
        [
            .. all.Where(fork => fork.Kind == StackOperationKind.Allocate && !operations.IsFailedFork(fork.Task))
                .SelectMany(fork => all.Where(death => death.Kind == StackOperationKind.Release && death.Task == fork.Task)
                    .Select(death => (fork, death))),
        ];
        Assert.NotEmpty(lives);
        Assert.Equal(
            lives.GroupBy(life => (life.Fork.Cpu, life.Death.Cpu)).OrderBy(pair => pair.Key)
                .Select(pair => new CpuPair(pair.Key.Item1, pair.Key.Item2, pair.Count())),
            profile.CpuPairs);
        Assert.Equal(lives.Sum(life => life.Death.TimeNs - life.Fork.TimeNs), profile.Lifetimes.Sum(kind => kind.Lifetimes.SumNs));
        Assert.Equal(lives.Length, profile.Lifetimes.Sum(kind => kind.Lifetimes.Count));
        foreach (StackOperationKind kind in new[] { StackOperationKind.StackCallback, StackOperationKind.TaskFree })
        {
            long expected = all.Where(callback => callback.Kind == kind && !operations.IsFailedFork(callback.Task))
                .Sum(callback => all.Where(death => death.Kind == StackOperationKind.Release && death.Task == callback.Task)
                    .Sum(death => callback.TimeNs - death.TimeNs));
            double measured = profile.Delays.Where(delays => delays.Operation == kind).Sum(delays => delays.Delays.SumNs);
            Assert.Equal(expected, measured);
        }

        Assert.Equal(
            (all.Count(one => one.Kind == StackOperationKind.Allocate), all.Count(one => one.Kind == StackOperationKind.Release)),
            ((int)Sum(profile).Forks, (int)Sum(profile).Deaths));
        Assert.All(profile.GracePeriods, period => Assert.True(period.StartNs <= period.EndNs && period.EndNs <= period.LastNs));
        Assert.Equal(profile.Windows.Select((_, index) => index * 1_000_000L), profile.Windows.Select(window => window.StartNs));
    }

    private static TraceProfile Of(EventTable events) => TraceProfile.Of(events, LifecycleBuilder.Build(events));

    private static (long Forks, long Deaths, long Callbacks) Sum(TraceProfile profile) => (
        profile.Windows.Sum(window => window.Forks),
        profile.Windows.Sum(window => window.Deaths),
        profile.Windows.Sum(window => window.Callbacks));

    private readonly record struct Operation(StackOperationKind Kind, int Task, int Cpu, long TimeNs);
}
