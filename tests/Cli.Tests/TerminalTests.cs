using ForkTrace.Cli.Streams;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// The exact output on terminals with 80, 120 and 200 columns (FORKTRACE_UPDATE_GOLDEN=1 updates it), its colours, and the progress
/// display.
/// </summary>
public sealed class TerminalTests(TerminalTests.Results results) : IClassFixture<TerminalTests.Results>
{
    private const string Make = "@native-6.18/make.perf.data.zst";
    private const string Pthread = "@native-6.18/pthread.perf.data.zst";

    [Theory]
    [InlineData("run-pthread", 80, "run", Pthread, "--db", "new.duckdb")]
    [InlineData("run-pthread", 120, "run", Pthread, "--db", "new.duckdb")]
    [InlineData("run-pthread", 200, "run", Pthread, "--db", "new.duckdb")]
    [InlineData("replay-sweep", 80, "replay", Make, "--policy", "linux-5.18:capacity=0..32", "--policy", "rcu-cache:capacity=0..32")]
    [InlineData("replay-sweep", 120, "replay", Make, "--policy", "linux-5.18:capacity=0..32", "--policy", "rcu-cache:capacity=0..32")]
    [InlineData("report-summary", 80, "report", "summary", "results.duckdb")]
    [InlineData("report-summary", 120, "report", "summary", "results.duckdb")]
    [InlineData("report-summary", 200, "report", "summary", "results.duckdb")]
    [InlineData("report-capacity", 80, "report", "capacity", "results.duckdb")]
    [InlineData("report-capacity", 120, "report", "capacity", "results.duckdb")]
    [InlineData("query-latency", 80, "query", "results.duckdb", "SELECT * EXCLUDE (run) FROM latency")]
    [InlineData("query-latency", 200, "query", "results.duckdb", "SELECT * EXCLUDE (run) FROM latency")]
    [InlineData("inspect-make", 80, "inspect", Make)]
    [InlineData("validate-make", 80, "validate", Make)]
    [InlineData("repeats", 80, "run", Make, Pthread, "--policy", "linux-4.9", "--policy", "linux-5.18", "--db", "new.duckdb")]
    public void Text_fits_and_is_as_it_was(string name, int width, params string[] arguments)
    {
        File.Delete(results.Folder.Of("new.duckdb"));
        string[] resolved = [.. arguments.Select(argument => argument[0] == '@' ? $"sample-traces/{argument[1..]}" : argument)];
        ToolOutcome outcome = Tool.Run(results.Folder.Path, width, resolved);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(Lines(outcome.Out), line => Assert.True(line.Length <= width, line));
        string golden = Path.Combine(RepositoryFiles.Root, "tests", "Cli.Tests", "golden", FormattableString.Invariant($"{name}-{width}.txt"));
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, outcome.Out);
        Assert.Equal(File.ReadAllText(golden), outcome.Out);
    }

    [Fact]
    public void All_is_there_if_it_is_asked_for()
    {
        string narrow = Tool.Run(results.Folder.Path, 80, "report", "policies", "results.duckdb").Out;
        string wide = Tool.Run(results.Folder.Path, 80, "report", "policies", "results.duckdb", "--wide").Out;
        Assert.Contains("--wide", narrow, StringComparison.Ordinal);
        Assert.Equal(Tool.Run(results.Folder.Path, "report", "policies", "results.duckdb").Out, wide);
        string all = Tool.Run(results.Folder.Path, "replay", RepositoryFiles.SampleTrace(Make[1..]), "--policy", "linux-5.18", "--wide").Out;
        foreach (string detail in (string[])["\nstacks ", "\nevidence ", "\nagreement ", "\ndata loss   none"])
            Assert.Contains(detail, all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_has_a_line_for_each_value()
    {
        ToolOutcome outcome = Tool.Run(
            results.Folder.Path, "query", "results.duckdb", "SELECT 1 AS a, 'x\ny' AS longer UNION ALL SELECT 2, NULL ORDER BY a", "--format", "line");
        Assert.Equal("     a = 1\nlonger = x\\x0ay\n\n     a = 2\nlonger = NULL\n", outcome.Out);
    }

    [Fact]
    public void The_first_and_last_of_many_rows_are_shown()
    {
        string[] lines = [.. Lines(Tool.Run(results.Folder.Path, 80, "query", "results.duckdb", "SELECT range AS n FROM range(100)").Out)];
        Assert.Equal(
            [.. Enumerable.Range(0, 20).Select(Number), "·", .. Enumerable.Range(80, 20).Select(Number)], lines[2..^1].Select(line => line.Trim()));
        Assert.Equal(" 100 rows, of which 40 are shown (--wide shows more, --format csv all)", lines[^1]);
        Assert.Equal(42, Lines(Tool.Run(results.Folder.Path, 80, "query", "results.duckdb", "SELECT range AS n FROM range(40)").Out).Length);
        string[] few = [.. Lines(Tool.Run(results.Folder.Path, 80, "query", "results.duckdb", "SELECT range AS n FROM range(45)").Out)];
        Assert.Equal("25", few[23].Trim());
        Assert.Equal(102, Lines(Tool.Run(results.Folder.Path, 80, "query", "results.duckdb", "SELECT range AS n FROM range(100)", "--wide").Out).Length);
        static string Number(int number) => FormattableString.Invariant($"{number}");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("--color always", true)]
    [InlineData("--color never", false)]
    public void A_pipe_has_colours_only_if_they_are_asked_for(string option, bool hasColor)
    {
        ToolOutcome outcome = Tool.Shell(results.Folder.Path, $"$TOOL report capacity results.duckdb --wide {option} | cat");
        Assert.Equal(hasColor, outcome.Out.Contains('\e', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("NO_COLOR=", true)]
    [InlineData("TERM=dumb", false)]
    public void A_terminal_has_colours_unless_somebody_minds(string environment, bool hasColor)
    {
        ToolOutcome outcome = Tool.Shell(
            results.Folder.Path, $"TERM=xterm {environment} script -qec \"$TOOL report capacity results.duckdb --wide\" /dev/null");
        Assert.Equal(hasColor, outcome.Out.Contains('\e', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("report capacity results.duckdb --color always")]
    [InlineData("list policies")]
    [InlineData("--help")]
    public void A_reader_that_goes_sees_no_complaint(string command)
    {
        ToolOutcome outcome = Tool.Shell(results.Folder.Path, $"$TOOL {command} | head -n 1; echo code ${{PIPESTATUS[0]}}");
        Assert.Empty(outcome.Error);
        Assert.EndsWith("code 0\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_work_tells_a_terminal_how_far_it_is_and_nobody_else()
    {
        Assert.Equal(0, Tool.Run(results.Folder.Path, "synth", "independent", "--forks", "300000", "-o", "long.arrow").Code);
        const string Command = "$TOOL replay long.arrow --policy linux-4.9 --policy magazine --policy linux-5.18 --policy budget --start empty";
        string terminal = Tool.Shell(results.Folder.Path, $"script -qec \"{Command}\" /dev/null").Out;
        Assert.Contains("\rreplaying ", terminal, StringComparison.Ordinal);
        Assert.DoesNotContain("\rreplaying", Tool.Shell(results.Folder.Path, $"script -qec \"{Command} --quiet\" /dev/null").Out, StringComparison.Ordinal);
        Assert.Equal("", Tool.Shell(results.Folder.Path, Command).Error);
    }

    [Theory]
    [InlineData("validate sample-traces/vm-6.1/pthread.dat --evidence all", "validating ")]
    [InlineData("compare long.arrow -- long.arrow", "replaying ")]
    [InlineData("ci --config long.toml --update-baseline", "replaying ")]
    public void Commands_that_replay_by_themselves_tell_it_too(string command, string step)
    {
        string folder = results.Folder.Path;
        Assert.Equal(0, Tool.Run(folder, "synth", "independent", "--forks", "300000", "-o", "long.arrow").Code);
        File.WriteAllText(results.Folder.Of("long.toml"), "traces = [\"long.arrow\"]\n");
        Assert.Contains($"\r{step}", Tool.Shell(folder, $"script -qec \"$TOOL {command}\" /dev/null").Out, StringComparison.Ordinal);
        Assert.DoesNotContain($"\r{step}", Tool.Shell(folder, $"script -qec \"$TOOL {command} --quiet\" /dev/null").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reading 45 %, 12.3 of 27.4 MiB, 3 s left", "reading", "bytes", 12_897_485, 28_730_982, 2000)]
    [InlineData("reading 45 %, 12.3 of 27.4 MiB", "reading", "bytes", 12_897_485, 28_730_982, 900)]
    [InlineData("replaying 25 %, 7 of 28 cells, 30 s left", "replaying", "cells", 7, 28, 10_000)]
    [InlineData("replaying 1 %, 1 of 100 cells, 17 min left", "replaying", "cells", 1, 100, 10_000)]
    [InlineData("writing results 100 %", "writing results", "", 70, 70, 5000)]
    [InlineData("finding stack operations ...", "finding stack operations", "", 0, 0, 5000)]
    public void A_step_is_reported_in_words(string expected, string what, string unit, long done, long total, int elapsedMs) =>
        Assert.Equal(expected, ProgressText.Of(what, unit, done, total, TimeSpan.FromMilliseconds(elapsedMs)));

    [Theory]
    [InlineData("short", 16, "short")]
    [InlineData("pthread.perf.data.zst", 16, "pthread.pe…a.zst")]
    [InlineData("a\ud83d\ude00b\ud83d\ude00c", 4, "a…c")]
    public void A_long_name_is_shortened_in_the_middle(string name, int columns, string expected) =>
        Assert.Equal(expected, WrappedText.Shorten(name, columns));

    [Fact]
    public void A_shell_command_stays_one_over_several_lines()
    {
        const string Command = "perf record -a -e sched:sched_switch --filter 'prev_state & 0x30' -e task:task_newtask -o out.data -- make -j8";
        string[] lines = [.. WrappedText.CommandLines(Command, 40, 2)];
        Assert.All(lines, line => Assert.True(line.Length <= 40, line));
        Assert.True(lines.Length > 2);
        Assert.Equal(Command, string.Join(' ', lines.Select(line => line.TrimEnd('\\').Trim())));
        string words = string.Join(",", Tool.Shell("/", $"printf '%s\\n' {string.Join('\n', lines)}").Out.TrimEnd('\n').Split('\n'));
        Assert.Equal("perf,record,-a,-e,sched:sched_switch,--filter,prev_state & 0x30,-e,task:task_newtask,-o,out.data,--,make,-j8", words);
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    /// <summary>A database with two recordings, one of them with a sweep.</summary>
    public sealed class Results : IDisposable
    {
        public Results()
        {
            Directory.CreateSymbolicLink(Folder.Of("sample-traces"), RepositoryFiles.SampleTrace(""));
            Tool.Run(Folder.Path, "run", RepositoryFiles.SampleTrace(Pthread[1..]), "--commit", "0123456789abcdef0123");
            Tool.Run(Folder.Path, "run", RepositoryFiles.SampleTrace(Make[1..]), "--commit", "0123456789abcdef0123");
        }

        public WorkFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
