using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>If a trace cannot show a value, the output says so, and shows no number.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_policy_without_an_answer_says_why_and_has_no_figures()
    {
        SyntheticTrace trace = new() { Clock = "x86-tsc", ClockUnit = "ticks" };
        trace.Die(20, 0, trace.Fork(10, 0));
        _folder.Put("ticks.arrow", trace.ToTable());
        JsonElement result = Results("replay", "ticks.arrow", "--policy", "rcu-cache", "--json")[0];
        Assert.Equal("the trace's clock 'x86-tsc' does not count nanoseconds", result.GetProperty("unmet").GetString());
        foreach (string name in (string[])["allocations", "failed_forks", "hits", "misses", "hit_rate", "freed", "grade"])
            Assert.Equal(JsonValueKind.Null, result.GetProperty(name).ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("cost_ns").GetProperty("mean").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("memory").GetProperty("cached").GetProperty("peak_bytes").ValueKind);

        string text = Tool.Run(_folder.Path, "replay", "ticks.arrow", "--policy", "rcu-cache").Out;
        Assert.Contains("no answer   rcu-cache: the trace's clock 'x86-tsc' does not count nanoseconds\n", text, StringComparison.Ordinal);
        string row = text.Split('\n').Single(line => line.StartsWith(" rcu-cache ", StringComparison.Ordinal));
        Assert.DoesNotContain('0', row);
        Assert.Contains("  -  ", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_events_are_reported_above_the_table_and_rejected_under_strict()
    {
        SyntheticTrace trace = new() { Lost = 12_345 };
        trace.Die(2_000, 0, trace.Fork(1_000, 0));
        _folder.Put("lossy.arrow", trace.ToTable());
        ToolOutcome kept = Tool.Run(_folder.Path, "run", "lossy.arrow");
        Assert.Equal(0, kept.Code);
        Assert.True(kept.Out.IndexOf("12,345 events lost", StringComparison.Ordinal) is > 0 and int loss
            && loss < kept.Out.IndexOf("Policy", StringComparison.Ordinal));
        Assert.Contains("D: events were lost", kept.Out, StringComparison.Ordinal);
        File.Delete(_folder.Of("results.duckdb"));

        ToolOutcome refused = Tool.Run(_folder.Path, "run", "lossy.arrow", "--strict");
        Assert.Equal(3, refused.Code);
        Assert.Equal("forktrace: lossy.arrow is rejected by --strict: 12,345 events lost\n", refused.Error);
        Assert.Empty(refused.Out);
        Assert.Equal(["lossy.arrow"], _folder.Names);
    }

    [Fact]
    public void Inspect_says_how_to_record_what_is_missing()
    {
        SyntheticTrace trace = new();
        trace.Exit(2_000, 0, trace.Fork(1_000, 0));
        _folder.Put("thin.arrow", trace.ToTable());
        JsonElement root = JsonDocument.Parse(Tool.Run(_folder.Path, "inspect", "thin.arrow", "--json").Out).RootElement;
        JsonElement evidence = root.GetProperty("evidence");
        Assert.Equal("inferred", evidence.GetProperty("release").GetProperty("known_as").GetString());
        Assert.Equal("sched:sched_process_exit", evidence.GetProperty("release").GetProperty("event").GetString());
        Assert.Equal("modelled", evidence.GetProperty("task_free").GetProperty("known_as").GetString());
        string[] missing = [.. evidence.GetProperty("missing").EnumerateArray().Select(item => item.GetProperty("event").GetString()!)];
        Assert.Equal(["kmem:kmem_cache_alloc", "sched:sched_switch", "sched:sched_process_free", "vmalloc:alloc_vmap_area"], missing);
        string line = root.GetProperty("record").GetProperty("trace_cmd").GetString()!;
        Assert.All(missing, name => Assert.Contains($"-e {name}", line, StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("lifetime_ns").GetProperty("p50").ValueKind);
    }

    private JsonElement Results(params string[] arguments) =>
        JsonDocument.Parse(Tool.Run(_folder.Path, arguments).Out).RootElement.GetProperty("results");
}
