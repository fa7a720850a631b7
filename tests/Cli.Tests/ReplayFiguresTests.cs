using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The other results of replay: miss causes, brackets, breakdowns, windows, curves; and the options for them.</summary>
public sealed class ReplayFiguresTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public ReplayFiguresTests() => _folder.Put("t.arrow", SyntheticTrace.Random(5, 2000, 3));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_sum_to_the_whole()
    {
        JsonElement result = Results("--policy", "linux-5.18", "--window", "10ms")[0];
        long misses = result.GetProperty("misses").GetInt64();
        long allocations = result.GetProperty("allocations").GetInt64();
        Assert.Equal(misses, SumOfCauses(result));
        Assert.InRange(misses, 1, allocations - 1);
        foreach (string parts in new[] { "by_cpu", "by_comm", "series" })
            Assert.Equal(allocations, result.GetProperty(parts).EnumerateArray().Sum(part => part.GetProperty("allocations").GetInt64()));
        Assert.Equal(misses, result.GetProperty("by_cpu").EnumerateArray().Sum(SumOfCauses));
        Assert.Equal(3, result.GetProperty("by_cpu").GetArrayLength());
        Assert.Equal(10_000_000, result.GetProperty("window_ns").GetInt64());
        Assert.InRange(result.GetProperty("hits_starting_full").GetInt64(), result.GetProperty("hits").GetInt64(), allocations);
    }

    [Fact]
    public void What_is_not_asked_for_is_null()
    {
        JsonElement result = Results("--policy", "linux-4.9", "--start", "empty")[0];
        foreach (string absent in new[] { "hits_starting_full", "window_ns", "series", "reuse" })
            Assert.Equal(JsonValueKind.Null, result.GetProperty(absent).ValueKind);
        Assert.Equal(JsonValueKind.Object, Results("--policy", "linux-4.9", "--reuse")[0].GetProperty("reuse").ValueKind);
    }

    [Fact]
    public void The_start_can_be_full_and_the_bracket_shows_hits_and_mean_cost()
    {
        JsonElement both = Results("--policy", "linux-5.18")[0];
        JsonElement full = Results("--policy", "linux-5.18", "--start", "full")[0];
        Assert.Equal(("empty", "full"), (both.GetProperty("start").GetString(), full.GetProperty("start").GetString()));
        Assert.Equal(both.GetProperty("hits_starting_full").GetInt64(), full.GetProperty("hits").GetInt64());
        Assert.InRange(full.GetProperty("hits").GetInt64(), both.GetProperty("hits").GetInt64() + 1, long.MaxValue);
        double mean = both.GetProperty("mean_cost_starting_full_ns").GetDouble();
        Assert.Equal(mean, full.GetProperty("cost_ns").GetProperty("mean").GetDouble());
        Assert.True(mean < both.GetProperty("cost_ns").GetProperty("mean").GetDouble());
        string text = Tool.Run(_folder.Path, "replay", "t.arrow", "--start", "full", "--policy", "linux-4.9", "--policy", "unbounded").Out;
        Assert.Contains("from full caches (1 of 2 policies", text, StringComparison.Ordinal);
        Assert.Equal("empty", Results("--policy", "unbounded", "--start", "full")[0].GetProperty("start").GetString());
    }

    // Databases and baselines of older versions have these ids.
    [Fact]
    public void Ids_of_cells_stay()
    {
        string[] policies = ["--policy", "linux-5.18", "--policy", "linux-4.9", "--pins", "5%:2ms"];
        Assert.Equal(["f209a0729662a2b7", "b68d1a3dc941fa5b"], Ids([.. policies, "--topology", "0:0,1:1"]));
        string[] others =
        [
            "--start", "full", "--rcu-model", "hz=1000,nocb=1", "--warmup", "100ms", "--vfree-delay", "1ms", "--topology", "0:0:0,1:1:1",
            "--seed", "3", "--window", "10ms",
        ];
        Assert.Equal(["bcb3079b992d663c", "1bccaf8828006d00"], Ids([.. policies, .. others]));
    }

    [Fact]
    public void Conditions_are_reported_with_the_row()
    {
        File.WriteAllText(_folder.Of("topology.csv"), "# CPU,Node,L3\n0,0,0\n1,0,1\n2,1,2\n");
        JsonElement row = Results(
            "--policy", "linux-6.19", "--rcu-model", "hz=1000,nocb=1-2,lazy=1s,always", "--pins", "5%:2ms", "--topology", "topology.csv",
            "--vfree-delay", "100us")[0];
        Assert.Equal("hz=1000,nocb=1-2,lazy=1s,lazy-limit=10000,always", row.GetProperty("rcu_model").GetString());
        Assert.Equal("5%:2ms", row.GetProperty("pins").GetString());
        Assert.Equal("node0=0-1;node1=2;llc0=0;llc1=1;llc2=2", row.GetProperty("topology").GetString());
        Assert.Equal(100_000, row.GetProperty("vfree_delay_ns").GetInt64());
        Assert.InRange(row.GetProperty("misses_by_cause").GetProperty("node").GetInt64(), 1, long.MaxValue);
        Assert.InRange(row.GetProperty("evidence").GetProperty("release").GetProperty("modelled").GetInt64(), 50, 150);
        Assert.Equal("C", row.GetProperty("grade").GetString());
        JsonElement plain = Results("--policy", "linux-6.19")[0];
        Assert.Equal("hz=250", plain.GetProperty("rcu_model").GetString());
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("pins").ValueKind);
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("topology").ValueKind);
    }

    [Fact]
    public void Warm_up_leaves_forks_out()
    {
        long all = Results("--policy", "linux-4.9")[0].GetProperty("allocations").GetInt64();
        JsonElement later = Results("--policy", "linux-4.9", "--warmup", "0.25s")[0];
        Assert.Equal(250_000_000, later.GetProperty("warmup_ns").GetInt64());
        Assert.InRange(later.GetProperty("allocations").GetInt64(), 1, all - 1);
    }

    [Fact]
    public void A_sweep_has_a_curve_and_a_knee()
    {
        using JsonDocument document = Document("--policy", "linux-4.9:capacity=0..20", "--policy", "pages-rcu");
        JsonElement curve = Assert.Single(document.RootElement.GetProperty("curves").EnumerateArray());
        Assert.Equal("linux-4.9", curve.GetProperty("policy").GetString());
        long knee = curve.GetProperty("knee").GetInt64();
        Assert.Contains(knee, curve.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("capacity").GetInt64()));
        string text = Tool.Run(_folder.Path, "replay", "t.arrow", "--policy", "linux-4.9:capacity=0..20").Out;
        Assert.Contains(FormattableString.Invariant($"linux-4.9: capacity {knee}, "), text, StringComparison.Ordinal);
        Assert.Contains("Why misses", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'10' is not a duration", "--window", "10")]
    [InlineData("'-1s' is not a duration", "--window=-1s")]
    [InlineData("'0ms' is not a duration", "--warmup", "0ms")]
    [InlineData("'9999999min' is not a duration", "--warmup", "9999999min")]
    [InlineData("more than 1000000 windows", "--window", "1ns")]
    [InlineData("--warmup: the warm-up leaves nothing of synthetic", "--warmup", "1000s")]
    [InlineData("--start: 'half' must be both or empty or full", "--start", "half")]
    [InlineData("--rcu-model: the model has no parameter 'x'", "--rcu-model", "x=1")]
    [InlineData("--pins: '5' must be a share", "--pins", "5")]
    [InlineData("--topology: 'nowhere' is neither a file", "--topology", "nowhere")]
    [InlineData("--topology: the topology names CPUs 0 to 1, but synthetic has 3 CPUs", "--topology", "0-1:0")]
    [InlineData("--rcu-model: nocb names CPU 3, but synthetic has CPUs 0 to 2", "--rcu-model", "nocb=1-3")]
    [InlineData("--rcu-model: on names CPU 300, but synthetic has CPUs 0 to 2", "--rcu-model", "nocb=all,on=0+300")]
    [InlineData("--vfree-delay: '4' is not a duration", "--vfree-delay", "4")]
    public void Mistakes_are_reported(string expected, params string[] options)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["replay", "t.arrow", .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    private static long SumOfCauses(JsonElement element) =>
        element.GetProperty("misses_by_cause").EnumerateObject().Sum(cause => cause.Value.GetInt64());

    private JsonElement Results(params string[] options)
    {
        using JsonDocument document = Document(options);
        return document.RootElement.GetProperty("results").Clone();
    }

    private JsonDocument Document(params string[] options)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["replay", "t.arrow", "--json", .. options]);
        Assert.Equal(0, outcome.Code);
        return JsonDocument.Parse(outcome.Out);
    }

    private string[] Ids(string[] conditions)
    {
        string trace = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        using JsonDocument document = JsonDocument.Parse(Tool.Run(_folder.Path, ["replay", trace, "--json", .. conditions]).Out);
        return [.. document.RootElement.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("cell").GetString()!)];
    }
}
