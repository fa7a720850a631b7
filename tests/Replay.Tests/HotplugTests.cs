using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>CPUs that go offline.</summary>
public sealed class HotplugTests
{
    [Theory]
    [InlineData("linux-4.9", 2, 0)]
    [InlineData("linux-4.10", 2, 0)]
    [InlineData("linux-4.12", 0, 2)]
    [InlineData("linux-4.20", 0, 2)]
    [InlineData("linux-5.18", 0, 2)]
    [InlineData("linux-6.19", 0, 2)]
    [InlineData("global-pool", 2, 0)]
    public void Kernels_since_4_12_empty_the_cache_of_a_cpu_that_goes_offline(string policy, long hits, long emptied)
    {
        CellResult row = Replays.Of(TwoDeathsThenOffline(), policy);
        Assert.Equal((hits, emptied), (row.Hits, row.FreedOffline));
        Assert.Equal(emptied, row.Freed);
        Assert.Equal(4, row.Allocations);
    }

    [Fact]
    public void A_miss_after_that_is_one_of_placement_for_a_pool_of_the_machine_would_have_had_the_stack()
    {
        MissCauses causes = Replays.Of(TwoDeathsThenOffline(), "linux-5.18").Causes;
        Assert.Equal(new MissCauses(Cold: 2, Placement: 2, Node: 0, RcuDelay: 0, Capacity: 0), causes);
    }

    [Fact]
    public void Only_the_last_step_counts_and_a_cpu_that_is_back_can_go_again()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        trace.TakeDown(100, 1, byCpu: 1);
        trace.TakeDown(200, 1, byCpu: 0);
        trace.TakeDown(300, 1, byCpu: 0);
        trace.Fork(400, 1);
        trace.TakeDown(500, 1, byCpu: 0);
        trace.TakeDown(600, 77, byCpu: 0);
        trace.TakeDown(700, -5, byCpu: 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        (long, int)[] expected = [(300, 1), (500, 1)];
        Assert.Equal(expected, TimesOf(operations, StackOperationKind.CpuOffline));
    }

    [Fact]
    public void A_callback_of_a_cpu_that_is_offline_runs_where_it_was_taken_down()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int task = trace.Fork(100, 1);
        trace.Die(200, 1, task);
        trace.TakeDown(300, 1, byCpu: 2);
        trace.Free(9000, 2, task);
        trace.Fork(1_000_000_000, 2);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(2, Assert.Single(TimesOf(operations, StackOperationKind.StackCallback)).Item2);
    }

    [Fact]
    public void A_callback_of_a_cpu_that_stayed_runs_there_wherever_the_task_was_freed()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int task = trace.Fork(100, 1);
        trace.Die(200, 1, task);
        trace.Free(9000, 2, task);
        trace.Fork(1_000_000_000, 2);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(1, Assert.Single(TimesOf(operations, StackOperationKind.StackCallback)).Item2);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("a free")]
    [InlineData("softirqs")]
    public void A_callback_runs_before_its_cpu_goes_and_not_when_it_is_back(string after)
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int task = trace.Fork(100, 1);
        trace.Die(200_000, 1, task, zombie: true);
        trace.TakeDown(1_000_000, 1, byCpu: 2);
        int later = trace.Fork(2_000_000, 1);
        trace.Die(3_000_000, 1, later);
        if (after == "a free")
            trace.Free(9_000_000, 1, later);
        else if (after == "softirqs")
            Softirqs(trace, later);
        trace.Fork(1_000_000_000, 2);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        int callback = Enumerable.Range(0, operations.Count)
            .Single(index => operations.Kinds[index] == StackOperationKind.StackCallback && operations.TaskIds[index] == task);
        Assert.Equal((1_000_000L, 1), (operations.TimesNs[callback], (int)operations.Cpus[callback]));
        Assert.InRange(operations.Kinds.IndexOf(StackOperationKind.CpuOffline), callback + 1, callback + 2);
    }

    // Both CPUs check RCU's progress. The task that was released after the return is freed in the last softirq of CPU 1.
    private static void Softirqs(SyntheticTrace trace, int later)
    {
        for (long timeNs = 4_000_000; timeNs <= 8_000_000; timeNs += 1_000_000)
        {
            foreach (int cpu in (int[])[2, 1])
            {
                trace.Add(timeNs + (cpu * 100_000), cpu, EventKind.RcuSoftirqEntry, -1, -1, 9);
                if (timeNs == 8_000_000 && cpu == 1)
                    trace.Free(timeNs + 110_000, 1, later);
                trace.Add(timeNs + (cpu * 100_000) + 20_000, cpu, EventKind.RcuSoftirqExit, -1, -1, 9);
            }
        }
    }

    private static (long, int)[] TimesOf(StackOperations operations, StackOperationKind kind) =>
        [.. Enumerable.Range(0, operations.Count)
            .Where(index => operations.Kinds[index] == kind)
            .Select(index => (operations.TimesNs[index], (int)operations.Cpus[index]))];

    // Two stacks are cached on CPU 1, which goes offline, comes back and forks twice.
    private static EventTable TwoDeathsThenOffline()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int[] tasks = [trace.Fork(100, 1), trace.Fork(110, 1)];
        trace.Die(200, 1, tasks[0]);
        trace.Die(210, 1, tasks[1]);
        trace.TakeDown(300, 1, byCpu: 0);
        trace.Fork(1000, 1);
        trace.Fork(1010, 1);
        return trace.ToTable();
    }
}
