using System.Text.Json;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Encoders;

namespace ForkTrace.Cli.Tests;

/// <summary>Several recordings of the same load.</summary>
public sealed class RepeatsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string[] _loads = new string[6];

    public RepeatsTests()
    {
        for (int load = 0; load < _loads.Length; load++)
        {
            _loads[load] = $"load-{load}.arrow";
            string[] shape = load < 3
                ? ["independent", "--forks", "2000", "--seed", $"{load}"]
                : ["bursts", "--burst", "8", "--forks", $"{2000 + (8 * load)}"];
            Assert.Equal(0, Tool.Run(_folder.Path, ["synth", .. shape, "-o", _loads[load]]).Code);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_gives_means_and_intervals()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["run", .. _loads[..3], "--policy", "linux-4.20", "--json"]);
        Assert.Equal(0, outcome.Code);
        JsonElement root = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal([1, 2, 3], root.GetProperty("recordings").EnumerateArray().Select(recording => recording.GetProperty("run").GetInt32()));
        JsonElement hits = root.GetProperty("figures")[0];
        Assert.Equal("hit_rate", hits.GetProperty("metric").GetString());
        double[] values = [.. hits.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(3, values.Distinct().Count());
        Assert.Equal(values.Average(), hits.GetProperty("mean").GetDouble(), 1e-12);
        Assert.True(hits.GetProperty("half_width").GetDouble() > 0);
    }

    [Fact]
    public void A_recording_is_given_once()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "run", _loads[0], _loads[1], _loads[0]);
        Assert.Equal(2, outcome.Code);
        Assert.Equal($"forktrace: {_loads[0]} and {_loads[0]} are the same recording: give each once\n", outcome.Error);
    }

    [Fact]
    public void Files_of_one_recording_are_no_repeats()
    {
        string[] files = ["perf.data.2026010100000000", "perf.data.2026010101000000"];
        for (int file = 0; file < files.Length; file++)
        {
            PerfFileWriter perf = PerfFileWriter.WithTwoEvents();
            perf.CommandLine("perf record -a --switch-output=1h");
            perf.Sample(10, (ulong)(1000 * (file + 1)), 0, Tracefs.NewTaskRecord(7, 8 + file, "load", 0));
            File.WriteAllBytes(_folder.Of(files[file]), perf.ToFile());
        }

        ToolOutcome outcome = Tool.Run(_folder.Path, ["run", .. files]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"{files[0]} and {files[1]} are files of one recording", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, ["ingest", .. files, "-o", "joint.arrow"]).Code);
    }

    [Fact]
    public void Compare_tells_a_difference_from_noise()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["compare", "--metric", "hit_rate", "--json", .. _loads[..3], "--", .. _loads[3..]]);
        Assert.Equal(0, outcome.Code);
        Assert.Equal("worse", Verdict(outcome, "linux-5.18:capacity=2"));
        outcome = Tool.Run(_folder.Path, "compare", "--json", _loads[0], _loads[1], "--", _loads[2]);
        Assert.Null(Verdict(outcome, "linux-5.18:capacity=2"));
    }

    [Fact]
    public void Databases_and_recordings_are_side_by_side()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, ["run", .. _loads[..2], "--db", "before.duckdb"]).Code);
        ToolOutcome outcome = Tool.Run(_folder.Path, ["compare", "before.duckdb", _loads[2], "--", .. _loads[3..]]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("worse (N = 3, 3)", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("put -- between the files of one load and those of the other: compare BASE... -- HEAD...", "--", "load-0.arrow")]
    [InlineData("--rules is not for several recordings on each side", "--rules", "x.toml", "load-0.arrow", "--", "load-1.arrow")]
    [InlineData("--metric is for several recordings on each side: compare BASE... -- HEAD...", "--metric", "hits", "a", "b")]
    [InlineData(
        "compare takes two files; for several recordings on each side, put -- between: BASE... -- HEAD...",
        "load-0.arrow", "load-1.arrow", "load-2.arrow")]
    public void What_does_not_go_together_is_reported(string message, params string[] arguments)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["compare", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith($"forktrace: {message}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_is_not_there_is_reported_with_those_that_are()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "compare", "--metric", "speed", _loads[0], "--", _loads[1]);
        Assert.Contains("there is no figure 'speed'; there are address_space_freed_bytes, ", outcome.Error, StringComparison.Ordinal);
    }

    private static string? Verdict(ToolOutcome outcome, string policy) => JsonDocument.Parse(outcome.Out).RootElement.GetProperty("changes")
        .EnumerateArray().First(change => change.GetProperty("policy").GetString() == policy).GetProperty("verdict").GetString();
}
