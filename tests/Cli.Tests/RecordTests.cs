using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Cli.Commands;
using ForkTrace.Cli.Shared;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Tests;

/// <summary>The record command on whatever machine the tests run on: it may be able to record or not.</summary>
public sealed class RecordTests : IDisposable
{
    private const int Usage = 2;
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("minimal", "perf")]
    [InlineData("standard", "trace-cmd")]
    [InlineData("truth", "ftrace")]
    public void The_command_is_shown_and_nothing_is_done(string level, string tool)
    {
        ToolOutcome shown = Tool.Run(_folder.Path, "record", "--level", level, "--tool", tool, "--json", "--", "echo", "a b");
        using JsonDocument document = JsonDocument.Parse(shown.Out);
        JsonElement root = document.RootElement;
        Assert.Equal(tool, root.GetProperty("tool").GetString());
        Assert.Equal(level, root.GetProperty("level").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("exit_code").ValueKind);
        Assert.Equal(["echo", "a b"], root.GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()).TakeLast(2));
        Assert.Contains(
            root.GetProperty("shell").EnumerateArray(), line => line.GetString()!.EndsWith("echo 'a b'", StringComparison.Ordinal));
        bool isPossible = root.GetProperty("problems").GetArrayLength() == 0;
        Assert.Equal(isPossible ? 0 : Usage, shown.Code);
        Assert.Equal(isPossible, shown.Error.Length == 0);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Text_ends_with_the_line_to_copy()
    {
        ToolOutcome shown = Tool.Run(_folder.Path, "record", "--tool", "perf", "-o", "mine.data", "--level", "minimal");
        Assert.StartsWith("machine     ", shown.Out, StringComparison.Ordinal);
        string[] lines = shown.Out.TrimEnd('\n').Split('\n');
        Assert.Contains("cat > mine.data.kernel.json <<END", lines);

        // A kernel that counts how deep tasks go is asked once more at the end.
        string last = lines.Last(line => !line.Contains("kstack_", StringComparison.Ordinal));
        Assert.StartsWith("perf record -a -B -k mono -m ", last, StringComparison.Ordinal);
        Assert.EndsWith(" -- CMD", last, StringComparison.Ordinal);
        Assert.Contains(" -o mine.data ", last, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tool_is_told_in_one_line()
    {
        foreach (string exec in (string[])["", "--exec -- true"])
        {
            ToolOutcome outcome = Tool.Shell(_folder.Path, $"PATH=/nowhere $TOOL record --tool perf {exec}");
            Assert.Equal(Usage, outcome.Code);
            Assert.StartsWith("forktrace: cannot record here with perf: perf is not installed", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        }
    }

    [Fact]
    public void What_must_follow_follows_even_if_the_recorder_fails()
    {
        string output = _folder.Of("out");
        RecordingPlan plan = Plan(output) with
        {
            Before = [$"echo before > {_folder.Of("log")}"],
            Arguments = ["/bin/sh", "-c", "exit 3"],
            After = [$"echo after >> {_folder.Of("log")}"],
        };
        UsageException failure = Assert.Throws<UsageException>(() => new RecordingRun(plan).Run(keepsOutputClean: false));
        Assert.Equal($"nothing was recorded: /bin/sh ended with 3 and left no {output}", failure.Message);
        Assert.Equal("before\nafter\n", File.ReadAllText(_folder.Of("log")));
    }

    [Fact]
    public void Facts_of_a_kernel_do_not_stay_without_a_recording()
    {
        RecordingPlan plan = Plan(_folder.Of("out"));
        plan = plan with { Before = [$"echo {{}} > {plan.KernelFactsFile}"], Arguments = ["/bin/true"] };
        Assert.Throws<UsageException>(() => new RecordingRun(plan).Run(keepsOutputClean: false));
        Assert.Empty(_folder.Names);
        plan = plan with { Arguments = ["/bin/sh", "-c", $"echo recorded > {plan.Output}"] };
        Assert.Equal(0, new RecordingRun(plan).Run(keepsOutputClean: false));
        Assert.Equal(["out", "out.kernel.json"], _folder.Names);
    }

    [Fact]
    public void Facts_that_are_there_are_not_overwritten()
    {
        _folder.Put("x.data.kernel.json", "mine"u8);
        ToolOutcome outcome = Tool.Run(_folder.Path, "record", "--exec", "--tool", "perf", "-o", "x.data", "--", "true");
        Assert.Equal(Usage, outcome.Code);
        Assert.Equal("mine", File.ReadAllText(_folder.Of("x.data.kernel.json")));

        // A machine that cannot be recorded says that first.
        Assert.True(
            outcome.Error == "forktrace: cannot write x.data.kernel.json: it is there already (-o names another)\n"
                || outcome.Error.StartsWith("forktrace: cannot record here with perf: ", StringComparison.Ordinal),
            outcome.Error);
    }

    [Fact]
    public void A_failed_preparation_ends_the_work()
    {
        RecordingPlan plan = Plan(_folder.Of("out")) with
        {
            Before = ["exit 7"],
            Arguments = ["/bin/sh", "-c", $"echo recorded > {_folder.Of("out")}"],
        };
        Assert.Equal(
            "nothing was recorded: 'exit 7' ended with 7",
            Assert.Throws<UsageException>(() => new RecordingRun(plan).Run(keepsOutputClean: false)).Message);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void The_workloads_exit_code_is_handed_on()
    {
        RecordingPlan plan = Plan(_folder.Of("out")) with { Arguments = ["/bin/sh", "-c", $"echo recorded > {_folder.Of("out")}; exit 5"] };
        Assert.Equal(5, new RecordingRun(plan).Run(keepsOutputClean: true));
    }

    [Fact]
    public void A_program_that_is_not_there_is_a_mistake() => Assert.StartsWith(
        "cannot run /nowhere/perf: ",
        Assert.Throws<UsageException>(
            () => new RecordingRun(Plan("out") with { Arguments = ["/nowhere/perf"] }).Run(keepsOutputClean: false)).Message,
        StringComparison.Ordinal);

    private static RecordingPlan Plan(string output) => new()
    {
        Tool = RecordingTool.Perf,
        Level = RecordingLevel.Minimal,
        Events = [],
        Before = [],
        Arguments = ImmutableArray<string>.Empty,
        After = [],
        Output = output,
        Notes = [],
        Problems = [],
        Estimate = new RecordingEstimate(0, 0, 0),
    };

    [Theory]
    [InlineData("/no/such/program", "cannot run '/no/such/program': there is no such program")]
    [InlineData("no-such-program", "cannot run 'no-such-program': there is no such program in PATH")]
    public void A_workload_that_is_not_there_is_told_before_anything_is_recorded(string workload, string message)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "record", "--exec", "--tool", "perf", "-o", "x.data", "--", workload);
        Assert.Equal(2, outcome.Code);
        Assert.Empty(_folder.Names);

        // A machine that cannot be recorded says that first.
        Assert.True(
            outcome.Error == $"forktrace: {message}\n"
                || outcome.Error.StartsWith("forktrace: cannot record here with perf: ", StringComparison.Ordinal),
            outcome.Error);
    }
}
