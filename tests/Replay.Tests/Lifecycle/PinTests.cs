using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Lifecycle;

/// <summary>Stacks that are pinned by a reader when their task dies.</summary>
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
    [InlineData("wchan=0.5%:200us", "wchan=0.5%:200us")]
    [InlineData("wchan=10/200us", "wchan=0.2%:200us")]
    [InlineData("kthread-stop=1%:1ms, stack=1000/500us", "stack=50%:500us,kthread-stop=1%:1ms")]
    [InlineData("10/200us", "0.2%:200us")]
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
    [InlineData("wchan")]
    [InlineData("wchan=")]
    [InlineData("wchan=/5us")]
    [InlineData("cmdline=1%:5us")]
    [InlineData("wchan=1%:5us,wchan=2%:5us")]
    [InlineData("1%:5us,2%:5us")]
    [InlineData("stack=2000/1ms")]
    public void Mistakes_are_reported(string text) =>
        Assert.NotEmpty(Assert.Throws<FormatException>(() => PinModel.Parse(text)).Message);

    [Fact]
    public void Each_class_draws_for_itself_and_the_last_to_let_go_counts()
    {
        PinModel both = PinModel.Parse("stack=30%:10us,wchan=40%:500us");
        int[] held = [0, 0, 0, 0];
        for (int task = 0; task < 10_000; task++)
        {
            long[] left = [.. both.Classes.Select(readers => readers.LeftNs(3, task))];
            Assert.Equal(left.Max(), both.LeftNs(3, task));
            held[(left[0] > 0 ? 1 : 0) + (left[1] > 0 ? 2 : 0)]++;
        }

        Assert.All(new[] { 0.42, 0.18, 0.28, 0.12 }.Zip(held), pair => Assert.InRange(pair.Second, (pair.First - 0.02) * 10_000, (pair.First + 0.02) * 10_000));
    }

    [Theory]
    [InlineData("kthread-stop=1%:5us", "4.9.0-19-amd64", true)]
    [InlineData("kthread-stop=1%:5us", "4.10.0-1-amd64", false)]
    [InlineData("wchan=1%:5us,kthread-stop=1%:5us", "6.18.0", false)]
    [InlineData("wchan=1%:5us", "6.18.0", true)]
    [InlineData("wchan=1%:5us", "4.4.0-210-generic", false)]
    [InlineData("1%:5us", "4.4.0-210-generic", true)]
    [InlineData("kthread-stop=1%:5us", "", true)]
    public void A_class_of_readers_pins_in_its_kernels_only(string pins, string kernel, bool fits) =>
        Assert.Equal(fits, PinModel.Parse(pins).Misfit(SyntheticTrace.Random(1, 5, 1).Facts with { Kernel = kernel }) is null);

    private static CellResult Run(EventTable events, string policy, string pins) =>
        ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Lifecycle = new() { Pins = PinModel.Parse(pins) } }))[0];

    private static Dictionary<int, (long TimeNs, int Cpu)> ReleasesOf(StackOperations operations) => Enumerable.Range(0, operations.Count)
        .Where(index => operations.Kinds[index] == StackOperationKind.Release)
        .ToDictionary(index => operations.TaskIds[index], index => (operations.TimesNs[index], (int)operations.Cpus[index]));
}
