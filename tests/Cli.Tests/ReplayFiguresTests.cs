using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>What replay shows beside hits: causes of misses, brackets, breakdowns, windows, curves; and the options for them.</summary>
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
    [InlineData("'10' is no duration", "--window", "10")]
    [InlineData("'-1s' is no duration", "--window=-1s")]
    [InlineData("'0ms' is no duration", "--warmup", "0ms")]
    [InlineData("'9999999min' is no duration", "--warmup", "9999999min")]
    [InlineData("more than 1000000 windows", "--window", "1ns")]
    [InlineData("--warmup leaves nothing of synthetic", "--warmup", "1000s")]
    [InlineData("--start is 'full', but must be both or empty", "--start", "full")]
    public void Mistakes_are_told(string expected, params string[] options)
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
}
