using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Lifecycle;

/// <summary>Stacks that somebody reads when their task dies.</summary>
public sealed class PinTests
{
    [Fact]
    public void A_pinned_stack_is_released_later_and_elsewhere()
    {
        EventTable events = SyntheticTrace.Random(3, 1000, 4);
        StackOperations free = LifecycleBuilder.Build(events, 5);
        StackOperations pinned = LifecycleBuilder.Build(events, 5, conditions: new() { Pins = PinModel.Parse("100%:200us") });
        Dictionary<int, (long TimeNs, int Cpu)> before = ReleasesOf(free);
        Dictionary<int, (long TimeNs, int Cpu)> after = ReleasesOf(pinned);
        Assert.Equal(pinned.Evidence.Total(StackOperationKind.Release), pinned.Evidence.Count(StackOperationKind.Release, Evidence.Modelled));
        Assert.True(after.Count > 900);
        foreach ((int task, (long timeNs, int cpu)) in after)
        {
            Assert.InRange(timeNs - before[task].TimeNs, 0, 200_000);
            Assert.NotEqual(before[task].Cpu, cpu);
        }

        Assert.InRange(after.Average(pair => pair.Value.TimeNs - before[pair.Key].TimeNs), 90_000, 110_000);
    }

    [Fact]
    public void Only_a_share_is_pinned_and_the_grade_says_so()
    {
        EventTable events = SyntheticTrace.Random(3, 6000, 4);
        CellResult row = Run(events, "linux-4.9", "20%:50us");
        OperationEvidence releases = row.Grade.Uses[1];
        Assert.InRange((double)releases.Modelled / releases.Total, 0.18, 0.22);
        Assert.Equal(GradeLevel.B, row.Grade.Level);
        Assert.Equal("20%:50us", row.Conditions.Lifecycle.Pins?.ToString());
        CellResult none = Run(events, "linux-4.9", "0%:50us");
        Assert.Equal(Replays.Of(events, "linux-4.9").Hits, none.Hits);
        Assert.NotEqual(none.Cell, row.Cell);
    }

    [Fact]
    public void Where_every_stack_goes_to_the_other_cpu_a_sequential_load_never_hits()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        for (int fork = 0; fork < 100; fork++)
            trace.Die((fork * 1_000_000L) + 1000, 0, trace.Fork(fork * 1_000_000L, 0));
        EventTable events = trace.ToTable();
        Assert.Equal(99, Replays.Of(events, "linux-4.9").Hits);
        CellResult pinned = Run(events, "linux-4.9", "100%:10us");
        Assert.Equal((0, 99), (pinned.Hits, pinned.Causes.Placement));
        Assert.Equal(99, Run(events, "global-pool", "100%:10us").Hits);
    }

    [Fact]
    public void A_stack_is_back_before_its_task_is_freed_and_none_is_lost()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            EventTable events = SyntheticTrace.RandomWithHotplug(seed, 600, 1 + seed);
            foreach (string model in new[] { "hz=250", "expedited,always", "nocb=all,lazy=20ms,always" })
            {
                LifecycleConditions pinned = new() { Pins = PinModel.Parse("40%:30ms"), Rcu = RcuModel.Parse(model) };
                ReplayPlan plan = Replays.Plan([.. Replays.AllPolicies]).Under(one => one with { Lifecycle = pinned });
                foreach (CellResult row in ReplayEngine.Run(events, plan))
                    Assert.Equal(row.Allocations, row.Hits + row.Misses);
            }
        }
    }

    [Theory]
    [InlineData("0.5%:200us", "0.5%:200us")]
    [InlineData("0.7%:1000us", "0.7%:1ms")]
    [InlineData("100%:60s", "100%:1min")]
    public void The_text_is_canonical(string text, string canonical) => Assert.Equal(canonical, PinModel.Parse(text).ToString());

    [Theory]
    [InlineData("0.5")]
    [InlineData("0.5:200us")]
    [InlineData("%:200us")]
    [InlineData("101%:200us")]
    [InlineData("-1%:200us")]
    [InlineData("nan%:200us")]
    [InlineData("5%:2h")]
    [InlineData("5%:61s")]
    [InlineData("5%:")]
    public void Mistakes_are_told(string text) =>
        Assert.NotEmpty(Assert.Throws<FormatException>(() => PinModel.Parse(text)).Message);

    private static CellResult Run(EventTable events, string policy, string pins) =>
        ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Lifecycle = new() { Pins = PinModel.Parse(pins) } }))[0];

    private static Dictionary<int, (long TimeNs, int Cpu)> ReleasesOf(StackOperations operations) => Enumerable.Range(0, operations.Count)
        .Where(index => operations.Kinds[index] == StackOperationKind.Release)
        .ToDictionary(index => operations.TaskIds[index], index => (operations.TimesNs[index], (int)operations.Cpus[index]));
}
