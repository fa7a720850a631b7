using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Costs: the price of each operation, and the content of a model's file.</summary>
public sealed class CostTests
{
    private const string Priced =
        """
        { "name": "t", "summary": "s", "source": "o", "operations": {
            "page_allocation": { "constant_ns": 1000 }, "vmalloc": { "constant_ns": 3000 }, "cache_hit": { "constant_ns": 100 },
            "zeroing": { "constant_ns": 400 }, "memcg_charge": { "constant_ns": 50 }, "cached_put": { "constant_ns": 20 },
            "vfree": { "constant_ns": 700 }, "page_free": { "constant_ns": 90 }, "rcu_queue": { "constant_ns": 60 } }
        """;

    private const string Named = """{ "name": "t", "summary": "s", "source": "o", "operations": { """;

    // A thousand forks, each dead before the next: with a cache, all but the first hit.
    [Theory]
    [InlineData("pages-early", 1000, 90)]
    [InlineData("pages-rcu", 1000, 90)]
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

    // Extra work for new stacks is also charged for the pages of kernels of the same time. lwn-2016 and native-6.18 have no separate prices.
    [Theory]
    [InlineData("linux-4.9", 0)]
    [InlineData("linux-4.17", 400)]
    [InlineData("linux-4.20", 400 + 50)]
    [InlineData("linux-5.18", 400 + 50)]
    [InlineData("zero-on-free", 400 + 50)]
    public void Pages_of_the_same_time_pay_for_the_same_work(string policy, long pagesExtraNs)
    {
        CellResult row = Run(policy, Priced + "}");
        Assert.Equal(row.Latency.MeanNs - (1000 + pagesExtraNs), row.DifferenceToPagesNs!.Value, 1e-9);
        Assert.Equal("", row.DifferenceToPagesBound);
    }

    [Fact]
    public void A_row_of_pages_differs_by_nothing_from_pages() =>
        Assert.Equal(0, Run("pages-call-rcu", Priced + "}").DifferenceToPagesNs!.Value, 1e-9);

    [Theory]
    [InlineData("linux-4.9", "", "cached_put, vfree", "")]
    [InlineData("linux-4.17", "zeroing", "zeroing, cached_put, vfree", "")]
    [InlineData("linux-5.18", "zeroing, memcg_charge", "zeroing, memcg_charge, cached_put, rcu_queue, memcg_uncharge", "")]
    [InlineData("pages-early", "", "page_free", "")]
    [InlineData("zero-on-free", "zeroing, memcg_charge", "zeroing, memcg_charge, cached_put, rcu_queue, memcg_uncharge", "<=")]
    public void What_has_no_price_makes_totals_bounds(string policy, string unpriced, string createJoin, string toPages)
    {
        const string Bare =
            """
            { "name": "t", "summary": "s", "source": "o", "operations": {
                "page_allocation": { "constant_ns": 1000 }, "vmalloc": { "constant_ns": 3000 }, "cache_hit": { "constant_ns": 100 },
                "zeroing": null } }
            """;
        SyntheticTrace trace = new();
        int[] tasks = [.. Enumerable.Range(0, 4).Select(index => trace.Fork(1000 + index, 0))];
        for (int index = 0; index < tasks.Length; index++)
            trace.Die(10_000 + index, 0, tasks[index]);
        trace.Die(30_000, 0, trace.Fork(20_000, 0));
        CellResult row = Run(policy, Bare, trace.ToTable());
        Assert.Equal(unpriced, string.Join(", ", row.Unpriced));
        string[] inJoin = [.. row.CreateJoinUnpriced.Where(part => part != "purge")];
        Assert.Equal(createJoin.Split(", ").Order(), inJoin.Order());
        Assert.Equal(toPages, row.DifferenceToPagesBound);
    }

    [Fact]
    public void A_miss_is_the_sum_of_its_parts()
    {
        CellResult row = Run("no-cache", Parts("""{ "constant_ns": 700 }""", """{ "quantiles": [[0, 1000], [1, 3000]] }"""));
        Assert.Equal(700 + 2000, row.Latency.MeanNs, 60.0);
        Assert.Equal(700 + 2000, CostModelFile.Parse(Parts("""{ "constant_ns": 700 }""", """{ "constant_ns": 2000 }"""), "m")
            [CostOperation.Vmalloc].Price!.Value.MeanNs);
        CellResult bound = Run("no-cache", Parts("""{ "constant_ns": 700 }""", "null"));
        Assert.Equal(700, bound.Latency.MeanNs);
        Assert.Equal(["map_pages"], bound.Unpriced);
        Assert.Equal(">=", bound.DifferenceToPagesBound);
    }

    [Fact]
    public void Purges_and_the_uncharge_are_parts_of_create_and_join()
    {
        string json = Priced.Replace("\"rcu_queue\"", "\"memcg_uncharge\": { \"constant_ns\": 30 }, \"purge\": { \"constant_ns\": 1e6 }, \"rcu_queue\"", StringComparison.Ordinal);
        CellResult row = Run("linux-4.20", json + "}");
        double purgesNs = row.Memory.AddressSpace!.Purges * 1e6 / row.Allocations;
        Assert.Equal(purgesNs, row.PurgeCostMeanNs!.Value, 1e-9);
        Assert.Equal((row.Latency.SumNs + row.ReleaseCost.SumNs) / row.Allocations + purgesNs, row.CreateJoinCostMeanNs, 1e-9);
        Assert.Equal((20 + 30) * 1000L, row.ReleaseCost.SumNs, 1e-6);
        Assert.Empty(row.CreateJoinUnpriced);
        CellResult none = Run("no-cache", json + "}");
        Assert.Equal(1e6 * 20480 / (32 << 20), none.PurgeCostMeanNs!.Value, 1e-6);
    }

    [Fact]
    public void An_interval_shifts_the_mean_by_the_share_of_forks_that_pay()
    {
        string json = Priced
            .Replace("\"cache_hit\": { ", "\"cache_hit\": { \"interval_ns\": [80, 150], ", StringComparison.Ordinal)
            .Replace("\"vmalloc\": { ", "\"vmalloc\": { \"interval_ns\": [2000, 5000], ", StringComparison.Ordinal);
        CellResult row = Run("linux-4.9", json + "}");
        Assert.Equal((row.Hits, row.Misses), (999, 1));
        Assert.Equal(row.Latency.MeanNs - (0.999 * 20) - (0.001 * 1000), row.MeanCostIntervalNs!.Value.LowNs, 1e-6);
        Assert.Equal(row.Latency.MeanNs + (0.999 * 50) + (0.001 * 2000), row.MeanCostIntervalNs!.Value.HighNs, 1e-6);
        Assert.Null(Run("linux-4.9", Priced + "}").MeanCostIntervalNs);
    }

    [Theory]
    [InlineData("lwn-2016", "linux-4.9", false)]
    [InlineData("lwn-2016", "linux-5.18", true)]
    [InlineData("native-6.18", "linux-5.18", false)]
    [InlineData("native-6.18", "pages-call-rcu", false)]
    [InlineData("native-6.18", "no-cache", true)]
    [InlineData("native-6.18", "linux-4.17", true)]
    [InlineData("native-6.18", "zero-on-free", true)]
    public void A_model_of_another_era_is_reported(string model, string policy, bool isOther)
    {
        CostModel costs = CostModelCatalog.Load(model);
        Assert.Equal(
            isOther, ReplayEngine.Run(Sequential(), Replays.Plan(policy).Under(one => one with { Costs = costs }))[0].IsOtherEra);
    }

    [Fact]
    public void The_file_that_the_documentation_shows_is_a_model()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "costs.md"));
        CostModel model = CostModelFile.Parse(document.Split("```json\n")[1].Split("```")[0], "docs/costs.md");
        Assert.Equal(700 + 1200, model[CostOperation.Vmalloc].Price!.Value.QuantileNs(0.5), 1e-9);
        Assert.Equal("6.12-6.18", model.Kernels?.ToString());
        Assert.Equal(2.5, model.Contention!.Factor(8));
        foreach (CostPart part in model.Parts)
            Assert.Contains($"`{part.Name}`", document, StringComparison.Ordinal);
    }

    // In the catalogue it keeps the fingerprint of an earlier text, so its prices must not change.
    [Fact]
    public void The_model_of_2016_is_the_published_differences()
    {
        CostModel model = CostModelCatalog.Load("lwn-2016");
        Assert.Equal("8f306d1673931342", model.Fingerprint);
        foreach (double share in new[] { 0, 0.25, 1 })
        {
            Assert.Equal(
                (1000, 2500, 500 * share),
                (model.SampleNs(CostOperation.PageAllocation, share), model.SampleNs(CostOperation.Vmalloc, share),
                    model.SampleNs(CostOperation.CacheHit, share)));
        }
    }

    [Fact]
    public void What_shipped_models_rest_on_is_reported()
    {
        Assert.Equal("input", CostModelCatalog.Load("lwn-2016").Basis);
        CostModel native = CostModelCatalog.Load("native-6.18");
        Assert.Equal("assumed, measured", native.Basis);
        Assert.Equal([CostOperation.PageAllocation, CostOperation.Vmalloc, CostOperation.CacheHit], native[CostOperation.Zeroing].Within);
        Assert.All(
            new[] { CostOperation.Vmalloc, CostOperation.CacheHit },
            part => Assert.InRange(
                native[part].Price!.Value.QuantileNs(0.5), native[part].IntervalNs!.Value.LowNs, native[part].IntervalNs!.Value.HighNs));
    }

    [Fact]
    public void A_file_of_an_earlier_version_is_a_model_of_assumed_prices()
    {
        CostModel model = CostModelFile.Parse(Priced + "}", "old.json");
        Assert.Equal("assumed", model.Basis);
        Assert.Null(model.Kernels);
        Assert.False(model[CostOperation.Purge].IsKnown);
    }

    [Theory]
    [InlineData("""{ "name": "x", "summary": "", "source": "", "operations": { "cache_hit": null, "vmalloc": null } }""", "has no 'page_allocation'; use null")]
    [InlineData(Named + """ "tlb": null } }""", "'tlb' is not an operation; known operations: page_allocation, vmalloc,")]
    [InlineData(Named + """ "vfree": { "constant_ns": 1, "interval": [1, 2] } } }""", "vfree: unknown member 'interval'; known members: constant_ns,")]
    [InlineData(Named + """ "vfree": { "constant_ns": 1, "basis": "guess" } } }""", "basis is 'guess', but must be assumed or measured or input")]
    [InlineData(Named + """ "vfree": { "constant_ns": 1, "interval_ns": [2, 1] } } }""", "interval_ns must be a pair [low, high]")]
    [InlineData(Named + """ "vfree": { "constant_ns": 1, "kernels": "new" } } }""", "kernels is 'new', but must be a release or a range")]
    [InlineData(Named + """ "zeroing": { "within": ["zeroing"] } } }""", "within names 'zeroing', which is not another operation")]
    [InlineData(Named + """ "vmalloc": null, "map_pages": null, "vmalloc_area": null } }""", "give either 'vmalloc' or both parts")]
    [InlineData("{ \"name\": \"x\" }", "operations")]
    [InlineData(Priced + ", \"miss_contention\": [[1, 1], [2, 2]] }", "must begin with [0, 1]")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1], [2, 0.5]] }", "must rise")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1], [999999, 2]] }", "must rise")]
    [InlineData(Priced + ", \"miss_contention\": [[0, 1, 2]] }", "pair")]
    [InlineData(Priced + ", \"miss_contention\": 3 }", "not a cost model")]
    public void Bad_models_are_rejected(string json, string reason) =>
        Assert.Contains(
            reason, Assert.Throws<PolicyException>(() => CostModelFile.Parse(json, "bad.json")).Message, StringComparison.Ordinal);

    private static string Parts(string area, string pages) =>
        $$"""
        { "name": "t", "summary": "s", "source": "o", "operations": {
            "page_allocation": { "constant_ns": 1000 }, "cache_hit": { "constant_ns": 100 },
            "vmalloc_area": {{area}}, "map_pages": {{pages}} } }
        """;

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
