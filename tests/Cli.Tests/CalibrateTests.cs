using System.Globalization;
using System.Text;
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

        // Without a cache, every fork costs a mapping, 250 ns + about 4.5 us, instead of 800 ns for pages.
        ToolOutcome replay = Tool.Run(
            _folder.Path, "replay", recording, "--policy", "vmap-nocache-early", "--cost-model", "mine.json", "--json");
        using JsonDocument document = JsonDocument.Parse(replay.Out);
        JsonElement result = document.RootElement.GetProperty("results")[0];
        Assert.Equal("mine", result.GetProperty("cost_model").GetString());
        Assert.InRange(result.GetProperty("cost_ns").GetProperty("difference_to_pages").GetDouble(), 3500, 4500);
    }

    [Fact]
    public void A_function_graph_text_makes_a_model_that_replay_takes()
    {
        _folder.Put("graph.txt", Encoding.ASCII.GetBytes(Graph(forks: 400)));
        ToolOutcome outcome = Tool.Run(_folder.Path, "calibrate", "graph.txt", "-o", "graph.json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains(
            " graph.txt: time in copy_process, by function_graph, less 1.0 us for each traced call in it",
            outcome.Out,
            StringComparison.Ordinal);
        using JsonDocument model = JsonDocument.Parse(File.ReadAllText(_folder.Of("graph.json")));
        JsonElement recording = model.RootElement.GetProperty("provenance").GetProperty("recordings")[0];
        Assert.Matches("^xxh128:[0-9a-f]{32}$", recording.GetProperty("digest").GetString()!);
        JsonElement result = Replayed("--policy", "vmap-nocache-early", "--cost-model", "graph.json");

        // Every fork maps: 250 ns, plus the difference between a miss and a hit, which is 6 us here, including 1 us for the tracer.
        Assert.Equal("graph", result.GetProperty("cost_model").GetString());
        Assert.Equal(250 + 5000, result.GetProperty("cost_ns").GetProperty("mean").GetDouble(), 300.0);
    }

    [Fact]
    public void Too_few_calls_are_rejected_and_nothing_is_written()
    {
        string text = RepositoryFiles.SampleTrace("vm-6.1/pthread.function_graph.txt.zst");
        ToolOutcome outcome = Tool.Run(_folder.Path, "calibrate", text, "-o", "few.json");
        Assert.Equal(3, outcome.Code);
        Assert.StartsWith("forktrace: too few forks to calibrate from: needs 100 hits", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
        ToolOutcome replay = Tool.Run(_folder.Path, "replay", text);
        Assert.Equal(3, replay.Code);
        Assert.Contains("has durations of calls, not events; 'forktrace calibrate' reads it", replay.Error, StringComparison.Ordinal);
    }

    // Hits take 50 us; misses take 55 us, plus 1 us for the traced call in them.
    private static string Graph(int forks)
    {
        StringBuilder text = new("# tracer: function_graph\n#\n");
        for (int fork = 0; fork < forks; fork++)
        {
            double us = 50 + (fork % 40 * 0.01);
            if (fork % 2 == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{fork}.000000 |   0)     wl-5     | + {us:0.000} us   |  copy_process();\n");
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{fork}.000000 |   0)     wl-5     |               |  copy_process() {{\n");
            text.Append(CultureInfo.InvariantCulture, $"{fork}.000010 |   0)     wl-5     |   1.000 us    |    __vmalloc_node_range();\n");
            text.Append(CultureInfo.InvariantCulture, $"{fork}.000060 |   0)   wl-5   | + {us + 6:0.000} us   |  }} /* copy_process */\n");
        }

        return text.ToString();
    }

    private JsonElement Replayed(params string[] options)
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        ToolOutcome outcome = Tool.Run(_folder.Path, ["replay", recording, .. options, "--json"]);
        return JsonDocument.Parse(outcome.Out).RootElement.GetProperty("results")[0];
    }
}
