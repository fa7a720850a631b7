using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Prices: what is charged for what, and what a model's file may say.</summary>
public sealed class CostTests
{
    private const string Priced =
        """
        { "name": "t", "summary": "s", "source": "o", "operations": {
            "page_allocation": { "constant_ns": 1000 }, "vmalloc": { "constant_ns": 3000 }, "cache_hit": { "constant_ns": 100 },
            "zeroing": { "constant_ns": 400 }, "memcg_charge": { "constant_ns": 50 }, "cached_put": { "constant_ns": 20 },
            "vfree": { "constant_ns": 700 }, "page_free": { "constant_ns": 90 }, "rcu_queue": { "constant_ns": 60 } }
        """;

    // A thousand forks, each dead before the next: all but the first hit where there is a cache.
    [Theory]
    [InlineData("pages-early", 1000, 90)]
    [InlineData("pages-call-rcu", 1000 + 400 + 50, 60 + 90)]
    [InlineData("vmap-nocache-early", 3000, 700)]
    [InlineData("linux-4.9", 100, 20)]
    [InlineData("linux-4.10", 100, 20)]
    [InlineData("linux-4.17", 100 + 400, 20)]
    [InlineData("linux-4.20", 100 + 400 + 50, 20)]
    [InlineData("linux-5.18", 100 + 400 + 50, 20)]
    [InlineData("zero-on-free", 100 + 50, 20 + 400)]
    public void Each_policy_pays_for_what_it_does(string policy, long allocationNs, long releaseNs)
    {
        CellResult row = Run(policy, Priced + "}");
        Assert.Equal(allocationNs, row.Latency.QuantileNs(0.5), 1.0);
        Assert.Equal(releaseNs * 1000L, row.ReleaseCost.SumNs, releaseNs * 10.0);
        Assert.Equal(
            (allocationNs + releaseNs) / 1000.0, row.CpuSecondsPerMillionForks, (allocationNs + releaseNs) / 1000.0 * 0.05);
    }

    [Fact]
    public void Misses_under_way_slow_each_other_down()
    {
        const string Contended = Priced + ", \"miss_contention\": [[0, 1], [2, 3], [4, 3]] }";
        SyntheticTrace trace = new() { Cpus = 8 };
        for (int cpu = 0; cpu < 5; cpu++)
            trace.Fork(1000 + cpu, cpu);
        trace.Die(2_000_000, 0, trace.Fork(1_000_000, 0));
        CellResult row = Run("no-cache", Contended, trace.ToTable());

        // Factors 1, 2, 3, 3, 3 for the burst, 1 for the last.
        Assert.Equal(3000 * (1 + 2 + 3 + 3 + 3 + 1), row.Latency.SumNs, 1e-6);
        Assert.Equal(9000, row.Latency.MaxNs);
    }

    [Fact]
    public void The_model_of_2016_prices_no_release_path()
    {
        CellResult row = Replays.Of(Sequential(), "linux-4.20");
        Assert.Equal(0, row.ReleaseCost.Count);
        Assert.Equal(row.Latency.SumNs / row.Allocations / 1000, row.CpuSecondsPerMillionForks, 1e-9);
    }

    [Fact]
    public void The_native_model_gives_back_the_percentiles_it_was_made_of()
    {
        CostModel model = CostModelCatalog.Load("native-6.18");
        EventTable events = Sequential(20_000);
        CellResult hits = ReplayEngine.Run(events, Replays.Plan("linux-5.18").Under(one => one with { Costs = model }))[0];
        CellResult misses = ReplayEngine.Run(events, Replays.Plan("no-cache").Under(one => one with { Costs = model }))[0];
        double[] shares = [0.5, 0.9, 0.99];
        double[] hitsNs = [5200, 7000, 12600];
        double[] missesNs = [9500, 12500, 24900];
        for (int index = 0; index < shares.Length; index++)
        {
            Assert.Equal(1, hits.Latency.QuantileNs(shares[index]) / hitsNs[index], 0.03);
            Assert.Equal(1, misses.Latency.QuantileNs(shares[index]) / missesNs[index], 0.03);
        }
    }

    [Theory]
    [InlineData("{ \"name\": \"x\" }", "operations")]
    [InlineData(Priced + ", \"miss_contention\": [[1, 1], [2, 2]] }", "must begin with [0, 1]")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1], [2, 0.5]] }", "must rise")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1], [999999, 2]] }", "must rise")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1, 2]] }", "pair")]
    [InlineData(Priced + ", \"miss_contention\": 3 }", "not a cost model")]
    public void Bad_models_are_refused(string json, string reason) =>
        Assert.Contains(
            reason, Assert.Throws<PolicyException>(() => CostModelFile.Parse(json, "bad.json")).Message, StringComparison.Ordinal);

    private static CellResult Run(string policy, string json, EventTable? events = null) =>
        ReplayEngine.Run(
            events ?? Sequential(), Replays.Plan(policy).Under(one => one with { Costs = CostModelFile.Parse(json, "test") }))[0];

    private static EventTable Sequential(int forks = 1000)
    {
        SyntheticTrace trace = new();
        for (int index = 0; index < forks; index++)
        {
            int task = trace.Fork(index * 100_000L, 0);
            trace.Die((index * 100_000L) + 50_000, 0, task);
            trace.Free((index * 100_000L) + 10_000_000, 0, task);
        }

        return trace.ToTable();
    }
}
