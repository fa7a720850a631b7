using ForkTrace.Events;
using ForkTrace.Lifecycle.Gaps;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Across a gap in the recording, nothing is concluded from missing events.</summary>
public sealed class LossGapTests
{
    private const long AllocationNs = 1000;
    private const long LaterNs = 9000;

    [Theory]
    [InlineData(0, 2000, 3000, true)]
    [InlineData(-1, 2000, 3000, true)]
    [InlineData(0, long.MinValue, 2000, true)]
    [InlineData(0, 2000, LaterNs, true)]
    [InlineData(0, 0, AllocationNs, false)]
    [InlineData(0, LaterNs + 100, 20_000, false)]
    [InlineData(0, LaterNs + 100, long.MaxValue, false)]
    [InlineData(1, 2000, 3000, false)]
    [InlineData(0, long.MinValue, long.MaxValue, false)]
    public void An_allocation_and_the_next_are_a_failed_fork_only_if_no_gap_is_between(int cpu, long fromNs, long toNs, bool isCut)
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpu, fromNs, toNs, 7)] };
        int parent = trace.NewTaskId();
        trace.AllocateTask(AllocationNs, 0, parent);
        trace.AllocateTask(LaterNs, 0, parent);
        trace.Fork(LaterNs + 100, 0, parent);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(isCut ? 0 : 1, operations.FailedForks);
        Assert.Equal(isCut ? 1 : 0, operations.CutAllocations);
        Assert.Equal(isCut ? 1 : 2, operations.Evidence.Total(StackOperationKind.Allocate));
    }

    [Theory]
    [InlineData(true, Evidence.Inferred)]
    [InlineData(false, Evidence.Observed)]
    public void An_allocation_before_a_gap_is_not_taken_for_a_fork_after_it(bool hasGap, Evidence expected)
    {
        SyntheticTrace trace = new() { Losses = hasGap ? [new LossInterval(0, 2000, 3000, 2)] : [] };
        int parent = trace.NewTaskId();
        trace.AllocateTask(AllocationNs, 0, parent);
        trace.Fork(LaterNs, 0, parent);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(1, operations.Evidence.Count(StackOperationKind.Allocate, expected));
        Assert.Equal(hasGap ? LaterNs : AllocationNs, operations.TimesNs[0]);
    }

    [Theory]
    [InlineData(0, 4000, 5000, Evidence.Modelled)]
    [InlineData(1, 4000, 5000, Evidence.Modelled)]
    [InlineData(0, 100, 500, Evidence.Inferred)]
    [InlineData(0, 50_000, 60_000, Evidence.Inferred)]
    public void A_death_that_a_gap_may_hide_is_marked(int cpu, long fromNs, long toNs, Evidence expected)
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpu, fromNs, toNs, 1)] };
        int task = trace.Fork(1000, 0);
        trace.Free(10_000, 1, task);
        trace.Die(70_000, 0, trace.Fork(65_000, 0));
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(expected, operations.EvidenceOf[IndexOf(operations, StackOperationKind.Release, task)]);
    }

    [Fact]
    public void A_life_seen_at_both_ends_of_a_gap_is_whole()
    {
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 2000, 3000, 5)] };
        int task = trace.Fork(1000, 0);
        trace.Die(4000, 0, task);
        trace.Free(9000, 0, task);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(Evidence.Observed, operations.EvidenceOf[IndexOf(operations, StackOperationKind.Release, task)]);
        Assert.Equal(4000, operations.TimesNs[IndexOf(operations, StackOperationKind.Release, task)]);
    }

    [Fact]
    public void Gaps_are_found_like_by_looking_at_all()
    {
        Random random = new(5);
        for (int round = 0; round < 200; round++)
        {
            LossInterval[] losses = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Interval(random))];
            LossGaps gaps = new(new TraceFacts { Format = "made", Cpus = 3, Losses = [.. losses] });
            for (int query = 0; query < 50; query++)
            {
                int cpu = random.Next(3);
                long fromNs = random.Next(100);
                long toNs = fromNs + random.Next(30);
                bool expected = losses.Any(loss => (loss.Cpu < 0 || loss.Cpu == cpu) && loss.FromNs < toNs && loss.ToNs > fromNs);
                Assert.Equal(expected, gaps.MayHide(cpu, fromNs, toNs));
            }
        }
    }

    private static LossInterval Interval(Random random)
    {
        long fromNs = random.Next(100);
        return new LossInterval(random.Next(4) - 1, fromNs, fromNs + 1 + random.Next(20), 1);
    }

    private static int IndexOf(StackOperations operations, StackOperationKind kind, int task)
    {
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Kinds[index] == kind && operations.TaskIds[index] == task)
                return index;
        }

        throw new InvalidOperationException($"There is no {kind} of task {task}.");
    }
}
