using ForkTrace.Events;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

public sealed class LifetimeSummaryTests
{
    [Fact]
    public void Percentiles_are_those_of_the_nearest_rank()
    {
        SyntheticTrace trace = new();
        for (int life = 1; life <= 200; life++)
            trace.Die(1_000_000 + (life * 10), 0, trace.Fork(1_000_000, 0));
        Assert.Equal(new LifetimeSummary(200, 1_000, 1_980), LifetimeSummary.Of(trace.ToTable()));
    }

    [Fact]
    public void Only_tasks_with_birth_and_death_count_and_the_last_switch_is_the_death()
    {
        SyntheticTrace trace = new();
        trace.Fork(100, 0);
        trace.Die(150, 0, trace.NewTaskId());
        int blockedOnceMore = trace.Fork(200, 0);
        trace.Die(260, 0, blockedOnceMore, zombie: true);
        trace.Die(300, 0, blockedOnceMore, zombie: true);
        Assert.Equal(new LifetimeSummary(1, 100, 100), LifetimeSummary.Of(trace.ToTable()));
    }

    [Fact]
    public void A_fork_event_is_the_birth_only_where_no_newtask_is()
    {
        SyntheticTrace trace = new();
        int both = trace.Fork(100, 0);
        trace.Add(105, 0, EventKind.Fork, both, -1, 0);
        trace.Die(110, 0, both);
        int forkOnly = trace.NewTaskId();
        trace.Add(200, 0, EventKind.Fork, forkOnly, -1, 0);
        trace.Die(230, 0, forkOnly);
        Assert.Equal(new LifetimeSummary(2, 10, 30), LifetimeSummary.Of(trace.ToTable()));
    }

    [Fact]
    public void Nothing_gives_nothing() => Assert.Equal(new LifetimeSummary(0, 0, 0), LifetimeSummary.Of(new SyntheticTrace().ToTable()));
}
