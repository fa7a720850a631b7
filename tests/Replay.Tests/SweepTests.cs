using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares all capacities in one pass with one replay per capacity.</summary>
public sealed class SweepTests
{
    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.10")]
    [InlineData("linux-4.12")]
    [InlineData("linux-4.17")]
    [InlineData("linux-4.20")]
    [InlineData("rcu-cache")]
    public void One_pass_gives_the_rows_of_65_single_replays(string policy)
    {
        for (int seed = 0; seed < 4; seed++)
            RequireSingleRows(SyntheticTrace.Random(40 + seed, 1500, 1 + (2 * seed)), policy, 64, Replays.Plan());
        RequireSingleRows(SyntheticTrace.RandomWithHotplug(44, 1500, 3), policy, 64, Replays.Plan().Under(one => one with { WarmupNs = 50_000_000 }));
        RequireSingleRows(SyntheticTrace.RandomWithLosses(45, 1500, 3), policy, 64, Replays.Plan() with { Breakdown = true });
        RequireSingleRows(SyntheticTrace.RandomWithLosses(46, 1500, 2), policy, 64, Replays.Plan().Under(one => one with { WarmupNs = 50_000_000 }));
    }

    [Fact]
    public void More_than_one_word_of_capacities()
    {
        // Large bursts on one CPU, so that caches of more than 64 stacks differ.
        SyntheticTrace trace = new() { Cpus = 1 };
        long timeNs = 0;
        Random random = new(3);
        for (int burst = 0; burst < 30; burst++)
        {
            int[] tasks = [.. Enumerable.Range(0, random.Next(1, 180)).Select(_ => trace.Fork(timeNs += 1000, 0))];
            foreach (int task in tasks)
                trace.Die(timeNs += 1000, 0, task);
        }

        EventTable events = trace.ToTable();
        RequireSingleRows(events, "linux-4.9", 150, Replays.Plan());
        Assert.True(Replays.Of(events, "linux-4.9:capacity=64").Hits < Replays.Of(events, "linux-4.9:capacity=150").Hits);
    }

    [Fact]
    public void Warm_up_and_priced_work_are_the_same_in_one_pass()
    {
        CostModel costs = CostModelFile.Parse(
            """
            { "name": "t", "summary": "", "source": "", "operations": {
                "page_allocation": { "constant_ns": 900 }, "vmalloc": { "quantiles": [[0, 2000], [1, 9000]] },
                "cache_hit": { "quantiles": [[0, 100], [0.5, 200], [1, 900]] }, "zeroing": { "quantiles": [[0, 200], [1, 1000]] },
                "memcg_charge": { "constant_ns": 77 } } }
            """,
            "test");
        ReplayPlan plan = Replays.Plan().Under(one => one with { Costs = costs, WarmupNs = 300_000_000, Seed = 9 });
        RequireSingleRows(SyntheticTrace.Random(77, 3000, 3), "linux-4.20", 20, plan);
        RequireSingleRows(SyntheticTrace.Random(78, 3000, 3), "rcu-cache", 20, plan);
    }

    [Fact]
    public void Rows_stay_in_the_plan_s_order()
    {
        ReplayPlan plan = Replays.Plan("linux-4.9:capacity=3|1|0..2", "linux-5.18:capacity=1", "rcu-cache:capacity=2..3");
        ImmutableArray<CellResult> rows = ReplayEngine.Run(SyntheticTrace.Random(1, 300, 2), plan);
        string[] expected =
        [
            "linux-4.9 3", "linux-4.9 1", "linux-4.9 0", "linux-4.9 2", "linux-5.18 1", "rcu-cache 2", "rcu-cache 3",
        ];
        Assert.Equal(expected, rows.Select(row => $"{row.Policy} {row.Parameters["capacity"]}"));
        Assert.All(rows, row => Assert.True(row.Allocations > 0));
    }

    [Theory]
    [InlineData("linux-4.9:capacity=2..1", "ends before it begins")]
    [InlineData("linux-4.9:capacity=0..9223372036854775807", "more than 8192")]
    [InlineData("linux-4.9:capacity=-9223372036854775808..9223372036854775807", "more than 8192")]
    [InlineData("linux-4.9:capacity=0..", "not a whole number")]
    [InlineData("linux-4.9:capacity=1||2", "not a whole number")]
    [InlineData("magazine:capacity=0..200,depot=0..200", "more than 8192")]
    [InlineData("linux-4.9:capacity=65530..65540", "must be 0 to 65536")]
    public void Bad_ranges_are_rejected(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<PolicyException>(() => PolicySelection.ParseAll(text)).Message, StringComparison.Ordinal);

    private static void RequireSingleRows(EventTable events, string policy, int capacityMax, ReplayPlan plan)
    {
        ImmutableArray<CellResult> swept =
            ReplayEngine.Run(events, plan with { Policies = PolicySelection.ParseAll($"{policy}:capacity=0..{capacityMax}") });
        Assert.Equal(capacityMax + 1, swept.Length);
        for (int capacity = 0; capacity <= capacityMax; capacity++)
        {
            CellResult single =
                ReplayEngine.Run(events, plan with { Policies = [PolicySelection.Parse($"{policy}:capacity={capacity}")] })[0];
            Rows.RequireEqual(single, swept[capacity]);
        }

        Assert.True(swept[capacityMax].Hits > swept[0].Hits);
    }
}
