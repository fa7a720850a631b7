using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Tests;

/// <summary>A condition is defined once; everything else follows from the definition.</summary>
public sealed class ConditionDefinitionTests
{
    private static readonly ReplayConditions s_others = new()
    {
        WindowNs = 10_000_000,
        WarmupNs = 1_500_000,
        Start = CacheStart.Full,
        Seed = ulong.MaxValue,
        Lifecycle = new() { Rcu = RcuModel.Parse("hz=1000,nocb=1"), Pins = PinModel.Parse("0.5%:200us"), Topology = new([0, 1], [0, 1]) },
        NodeMemory = NodeMemory.Interleave,
        VfreeDelayNs = 1_000_000,
    };

    public static TheoryData<string> Names => [.. ConditionDefinition.All.Select(condition => condition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_printed_reads_back(string name)
    {
        ConditionDefinition condition = ConditionDefinition.All.Single(one => one.Name == name);
        string text = condition.Print(s_others);
        ReplayConditions read = condition.Read(ReplayConditions.Default, text, "");
        Assert.Equal(text, condition.Print(read));
        Assert.Equal(condition.Key(s_others), condition.Key(read));
        Assert.Equal(condition.Column?.Value(s_others), condition.Column?.Value(read));
        Assert.True(condition.IsDefault(ReplayConditions.Default));
        Assert.Equal(name == "cost-model", condition.IsDefault(s_others));
        Assert.All(
            ConditionDefinition.All.Where(other => other.Name != name && other.Name != "cost-model"),
            other => Assert.True(other.IsDefault(read)));
    }

    [Fact]
    public void No_two_conditions_and_figures_are_called_the_same()
    {
        string[] columns =
            [.. ConditionDefinition.Kept.Select(condition => condition.Column!.Name), .. FigureDefinition.All.Select(figure => figure.Column)];
        Assert.Equal(columns.Length, columns.Distinct().Count());
        Assert.Equal(ConditionDefinition.All.Length, ConditionDefinition.All.Select(condition => condition.Name).Distinct().Count());
        Assert.Equal(ConditionDefinition.All.Length, ConditionDefinition.All.Select(condition => condition.KeyPlace).Distinct().Count());
    }

    [Fact]
    public void Conditions_of_the_same_content_are_equal()
    {
        ReplayConditions same = s_others with
        {
            Lifecycle = new() { Rcu = RcuModel.Parse("nocb=1,hz=1000"), Pins = PinModel.Parse("0.5%:0.2ms"), Topology = new([0, 1], [0, 1]) },
        };
        Assert.Equal(s_others, same);
        Assert.NotEqual(s_others, same with { Lifecycle = same.Lifecycle with { Topology = new([0, 1], []) } });
        Assert.Equal(
            "window=10ms warmup=1500us start=full seed=18446744073709551615 rcu-model=hz=1000,nocb=1 pins=0.5%:200us "
            + "topology=node0=0;node1=1;llc0=0;llc1=1 node-memory=interleave vfree-delay=1ms",
            same.ToString());
    }
}
