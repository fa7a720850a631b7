using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The text distinguishes measured, modelled and assumed nanoseconds.</summary>
public sealed class CostTextTests : IDisposable
{
    private static readonly string s_recording = RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst");
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_screen_says_what_costs_rest_on()
    {
        string text = Replay("--policy", "pages-early", "--policy", "linux-4.9", "--policy", "linux-5.18");
        Assert.Contains("costs       modelled by lwn-2016 (default); its prices are input, not result: To pages is what was put in\n", text, StringComparison.Ordinal);
        Assert.Contains(">= is a lower bound: no price is known for zeroing, memcg_charge,", text, StringComparison.Ordinal);
        Assert.Contains(
            "era         lwn-2016 is of kernels 4.8-4.9; these clear or charge stacks otherwise: linux-5.18\n", text, StringComparison.Ordinal);
        Assert.Matches(@" linux-4\.9 .* 51\.3 % +1\.35 us .* \+347 ns +>= 1\.35 us ", text);
        Assert.Matches(@" linux-5\.18 .* 51\.3 % +>= 1\.35 us .* \+346 ns +>= 1\.35 us ", text);
        Assert.Matches(@"\n copy_process +thread +hit +10,261 +5\.60 us +5\.17 us ", text);
        Assert.Contains("measured in the recording: getting a stack is a part of it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibrated_model_shows_its_interval_in_every_result()
    {
        ToolOutcome calibrated = Tool.Run(_folder.Path, "calibrate", s_recording, "-o", "mine.json");
        Assert.Equal(0, calibrated.Code);
        Assert.Contains(" in the model: +4.30 us for a miss over a hit, 95 % interval +4.26 us to +4.33 us", calibrated.Out, StringComparison.Ordinal);
        string[] words = ["--policy", "linux-4.9", "--cost-model", "mine.json"];
        string text = Replay([.. words, "--db", "mine.duckdb"]);
        Assert.Contains("its prices are assumed and measured (forktrace list cost-models says which)", text, StringComparison.Ordinal);
        Assert.Matches(@" linux-4\.9 .* 2\.3\d us +2\.3\d us to 2\.3\d us ", text);
        using JsonDocument json = JsonDocument.Parse(Replay([.. words, "--json"]));
        JsonElement cost = json.RootElement.GetProperty("results")[0].GetProperty("cost_ns");
        double meanNs = cost.GetProperty("mean").GetDouble();
        Assert.InRange(meanNs, cost.GetProperty("mean_low").GetDouble() + 1, cost.GetProperty("mean_high").GetDouble() - 1);
        Assert.Equal("assumed, measured", cost.GetProperty("basis").GetString());
        string kept = Tool.Run(
            _folder.Path, "query", "mine.duckdb", "SELECT cost_mean_low_ns < cost_mean_ns AND cost_mean_ns < cost_mean_high_ns FROM summary", "--format", "csv").Out;
        Assert.EndsWith("true\n", kept, StringComparison.Ordinal);
    }

    private string Replay(params string[] options)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["replay", s_recording, .. options]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome.Out;
    }
}
