using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

public sealed class CalibrateTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_of_a_recording_is_taken_by_replay_and_is_the_same_each_time()
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst");
        ToolOutcome first = Tool.Run(_folder.Path, "calibrate", recording, "-o", "mine.json", "--page-allocation", "800");
        Assert.Equal(0, first.Code);
        Assert.Contains("thread", first.Out, StringComparison.Ordinal);
        byte[] model = File.ReadAllBytes(_folder.Of("mine.json"));
        Assert.Equal(0, Tool.Run(_folder.Path, "calibrate", recording, "-o", "mine.json", "--page-allocation", "800").Code);
        Assert.Equal(model, File.ReadAllBytes(_folder.Of("mine.json")));

        // No cache: every fork pays for a mapping, 250 ns + about 4.5 us, instead of 800 ns for pages.
        ToolOutcome replay = Tool.Run(
            _folder.Path, "replay", recording, "--policy", "vmap-nocache-early", "--cost-model", "mine.json", "--json");
        using JsonDocument document = JsonDocument.Parse(replay.Out);
        JsonElement result = document.RootElement.GetProperty("results")[0];
        Assert.Equal("mine", result.GetProperty("cost_model").GetString());
        Assert.InRange(result.GetProperty("cost_ns").GetProperty("difference_to_pages").GetDouble(), 3500, 4500);
    }
}
