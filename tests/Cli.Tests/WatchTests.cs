using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary><c>forktrace watch</c>: a recording that comes through a pipe, interval by interval.</summary>
public sealed class WatchTests : IDisposable
{
    private const string UpdateVariable = "FORKTRACE_UPDATE_GOLDEN";
    private static readonly string s_pipe = RepositoryFiles.SampleTrace("formats/perf_pipe.data");
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("watch-pipe-80", "cat '{0}' | COLUMNS=80 $TOOL watch - --interval 0.1")]
    [InlineData("watch-pthread-80", "COLUMNS=80 $TOOL watch '{1}' --interval 0.25")]
    public void Lines_are_unchanged(string name, string line)
    {
        ToolOutcome outcome = Watch(line);
        Assert.Equal(("", 0), (outcome.Error, outcome.Code));
        Assert.All(outcome.Out.Split('\n'), shown => Assert.InRange(shown.Length, 0, 80));
        string golden = Path.Combine(RepositoryFiles.Root, "tests", "Cli.Tests", "golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(golden, outcome.Out);
        Assert.Equal(File.ReadAllText(golden), outcome.Out);
    }

    [Fact]
    public void A_slow_pipe_and_a_quick_one_give_the_same_lines() => Assert.Equal(
        Watch("$TOOL watch - --interval 0.1 < '{0}'").Out,
        Watch("(head -c 100000 '{0}'; sleep 1.5; tail -c +100001 '{0}') | $TOOL watch - --interval 0.1").Out);

    [Fact]
    public void The_last_json_line_has_the_hits_of_replay()
    {
        string[] lines = Watch("cat '{0}' | $TOOL watch - --interval 0.1 --policy rcu-cache --json").Out.TrimEnd('\n').Split('\n');
        JsonElement last = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.Equal("summary", last.GetProperty("kind").GetString());
        Assert.All(lines[..^1], line => Assert.Equal("interval", JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        JsonElement replay = JsonDocument.Parse(
            Tool.Run(_folder.Path, "replay", s_pipe, "--policy", "linux", "--policy", "rcu-cache", "--json").Out).RootElement;
        Assert.Equal(
            replay.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("hits").GetInt64()),
            last.GetProperty("policies").EnumerateArray().Select(row => row.GetProperty("hits_since_start").GetInt64()));
    }

    [Fact]
    public void The_database_has_a_row_per_interval_and_policy()
    {
        string[] lines = Watch("cat '{0}' | $TOOL watch - --interval 0.1 --db r.duckdb --json").Out.TrimEnd('\n').Split('\n');
        const string Sql = "SELECT count(DISTINCT to_ns), count(*) / count(DISTINCT to_ns), max(watch) FROM watch_intervals";
        Assert.Equal(
            FormattableString.Invariant($"{lines.Length - 1},6,1\n"),
            Tool.Run(_folder.Path, "query", "r.duckdb", Sql, "--format", "csv").Out.Split('\n', 2)[1]);
    }

    [Fact]
    public void Ctrl_C_ends_a_silent_pipe()
    {
        ToolOutcome outcome = Watch(
            "mkfifo p; exec 9<>p; head -c 200000 '{0}' >&9 & set -m; env --default-signal=INT $TOOL watch p --interval 0.1 > out & "
            + "sleep 3; kill -INT $!; wait $!; echo $?; cat out");
        Assert.StartsWith("0\n", outcome.Out, StringComparison.Ordinal);

        // An interval is reported one second after its end, by the clock of the events. The recording is shorter.
        Assert.Contains("no events came", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("printf '# tracer: nop\\n#\\n' | $TOOL watch -")]
    [InlineData("cat '{2}' | $TOOL watch -")]
    public void A_pipe_of_something_else_is_rejected_at_once(string line)
    {
        ToolOutcome outcome = Watch(line);
        Assert.Equal(3, outcome.Code);
        Assert.Contains("only the output of 'perf record -o -' can be read from a pipe as it arrives", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_ends_before_a_byte_is_empty()
    {
        ToolOutcome outcome = Watch("$TOOL watch - < /dev/null");
        Assert.Equal(3, outcome.Code);
        Assert.Equal("forktrace: standard input is empty\n", outcome.Error);
    }

    [Fact]
    public void A_policy_that_looks_ahead_is_rejected()
    {
        ToolOutcome outcome = Watch("$TOOL watch - --policy clairvoyant < /dev/null");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("looks ahead", outcome.Error, StringComparison.Ordinal);
    }

    private ToolOutcome Watch(string line) => Tool.Shell(
        _folder.Path,
        line.Replace("{0}", s_pipe, StringComparison.Ordinal)
            .Replace("{1}", RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"), StringComparison.Ordinal)
            .Replace("{2}", RepositoryFiles.SampleTrace("formats/perf_file.data"), StringComparison.Ordinal));
}
