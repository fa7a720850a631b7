using System.Text.Json.Nodes;
using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Cli.Tests;

/// <summary>A long trace is replayed while it is read: the figures are the same, and only a small part is in memory.</summary>
public sealed class LongTraceTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Figures_are_those_of_a_replay_that_has_all_in_memory()
    {
        string trace = _folder.Of("long.arrow");

        // Six rows per fork.
        int forks = StretchLengths.MostRowsAtOnce / 5;
        Assert.Equal(0, Run("synth", "build", "--forks", $"{forks}", "--cpus", "4", "--rate", "20000", "-o", trace).Code);
        string[] policies = ["--policy", "pages-rcu", "--policy", "rcu-cache", "--policy", "linux-5.18:capacity=1..3"];
        ToolOutcome asRead = Run(["replay", trace, "--json", .. policies]);

        // This policy looks ahead, so the whole trace is read into memory.
        ToolOutcome whole = Run(["replay", trace, "--json", .. policies, "--policy", "clairvoyant"]);
        Assert.Contains($"policy clairvoyant looks ahead: all of {trace} is read into memory", whole.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("into memory", asRead.Error, StringComparison.Ordinal);
        string[] rows = RowsOf(asRead);
        Assert.Equal(5, rows.Length);
        Assert.Equal(RowsOf(whole)[..5], rows);
        ToolOutcome piped = Tool.Shell(_folder.Path, $"cat {trace} | $TOOL replay - --json {string.Join(' ', policies)}");
        Assert.Equal(rows, RowsOf(piped));
    }

    private ToolOutcome Run(params string[] arguments) => Tool.Run(_folder.Path, arguments);

    private static string[] RowsOf(ToolOutcome replay)
    {
        Assert.True(replay.Code == 0, replay.Error);
        return [.. JsonNode.Parse(replay.Out)!["results"]!.AsArray().Select(row => row!.ToJsonString())];
    }
}
