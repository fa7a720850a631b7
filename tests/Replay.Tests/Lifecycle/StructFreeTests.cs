using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Lifecycle;

/// <summary>The second RCU callback of task_structs, and the kernels whose stacks wait for it.</summary>
public sealed class StructFreeTests
{
    [Fact]
    public void Each_freed_task_s_second_callback_runs_a_grace_period_later_on_that_cpu()
    {
        StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(4, 2000, 3));
        StackOperations all = new StructFrees(operations, 4, RcuModel.Default).AddTo(operations);
        Dictionary<int, (long TimeNs, int Cpu)> freed = Of(all, StackOperationKind.TaskFree);
        Dictionary<int, (long TimeNs, int Cpu)> second = Of(all, StackOperationKind.StructFree);
        Assert.Equal(operations.Count, all.Count - second.Count);
        Assert.InRange(second.Count, freed.Count - 100, freed.Count);
        foreach ((int task, (long timeNs, int cpu)) in second)
        {
            Assert.Equal(freed[task].Cpu, cpu);
            Assert.InRange(timeNs - freed[task].TimeNs, 1_000_000, 250_000_000);
        }

        Assert.Equal(second.Count, all.Evidence.Count(StackOperationKind.StructFree, Evidence.Modelled));
    }

    [Fact]
    public void Other_policies_do_not_see_them()
    {
        EventTable events = SyntheticTrace.RandomWithHotplug(2, 1500, 3);
        CellResult alone = Replays.Of(events, "rcu-cache");
        CellResult beside = Engine.ReplayEngine.Run(events, Replays.Plan("linux-rt-4.20", "rcu-cache"))[1];
        Assert.Null(Conformance.RowDifference.Between(alone, beside));
    }

    // One task per millisecond on one CPU, one after another, with grace periods of 10 ms: the cache gets stacks in batches, one period
    // later.
    [Fact]
    public void A_cache_behind_two_grace_periods_hits_as_often_in_the_long_run()
    {
        SyntheticTrace trace = new();
        for (int fork = 0; fork < 5000; fork++)
        {
            long timeNs = fork * 1_000_000L;
            int task = trace.Fork(timeNs, 0);
            trace.Die(timeNs + 500_000, 0, task);
            trace.Free((((timeNs + 500_000) / 10_000_000) + 1) * 10_000_000, 0, task);
        }

        EventTable events = trace.ToTable();
        CellResult once = Replays.Of(events, "linux-rt-5.10");
        CellResult twice = Replays.Of(events, "linux-rt-4.20");
        Assert.Equal(Replays.Of(events, "rcu-cache").Hits, once.Hits);
        Assert.InRange(once.HitRate, 0.19, 0.21);
        Assert.InRange(twice.HitRate, 0.05, 0.30);
        Assert.Equal((GradeLevel.B, GradeLevel.C), (once.Grade.Level, twice.Grade.Level));
        Assert.True(twice.Memory.WaitingForRcu.MeanBytes > 1.5 * once.Memory.WaitingForRcu.MeanBytes);
    }

    [Fact]
    public void Shadow_call_stacks_hit_as_the_useless_cache_does_and_are_a_page()
    {
        EventTable events = SyntheticTrace.Random(6, 1500, 3);
        CellResult scs = Replays.Of(events, "scs"), stacks = Replays.Of(events, "rcu-cache");
        Assert.Equal(stacks.Hits, scs.Hits);
        Assert.Equal(stacks.Memory.Live.PeakBytes / 4, scs.Memory.Live.PeakBytes);
    }

    private static Dictionary<int, (long TimeNs, int Cpu)> Of(StackOperations operations, StackOperationKind kind) => Enumerable
        .Range(0, operations.Count)
        .Where(index => operations.Kinds[index] == kind)
        .ToDictionary(index => operations.TaskIds[index], index => (operations.TimesNs[index], (int)operations.Cpus[index]));
}
