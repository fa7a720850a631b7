using System.Text.Json;

namespace ForkTrace.Cli.Tests;

/// <summary>The record command on the machine that runs the tests, which may be able to record or not.</summary>
public sealed class RecordTests : IDisposable
{
    private const int Usage = 2;
    private const int Failed = 125;
    private const int NoSuchWorkload = 127;
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

        // If the kernel counts stack depths, they are read again at the end.
        string last = lines.Last(line => !line.Contains("kstack_", StringComparison.Ordinal));
        Assert.StartsWith("perf record -a -B -k mono -m ", last, StringComparison.Ordinal);
        Assert.EndsWith(" -- CMD", last, StringComparison.Ordinal);
        Assert.Contains(" -o mine.data ", last, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tool_is_reported_in_one_line()
    {
        foreach ((string exec, int code) in ((string, int)[])[("", Usage), ("--exec -- true", Failed)])
        {
            ToolOutcome outcome = Tool.Shell(_folder.Path, $"PATH=/nowhere $TOOL record --tool perf {exec}");
            Assert.Equal(code, outcome.Code);
            Assert.StartsWith("forktrace: cannot record here with perf: perf is not installed", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        }
    }

    [Fact]
    public void Facts_that_are_there_are_not_overwritten()
    {
        _folder.Put("x.data.kernel.json", "mine"u8);
        ToolOutcome outcome = Tool.Run(_folder.Path, "record", "--exec", "--tool", "perf", "-o", "x.data", "--", "true");
        Assert.Equal(Failed, outcome.Code);
        Assert.Equal("mine", File.ReadAllText(_folder.Of("x.data.kernel.json")));

        // A machine that cannot be recorded says that first.
        Assert.True(
            outcome.Error == "forktrace: refusing to overwrite x.data.kernel.json: it exists already (use --force to replace it)\n"
                || outcome.Error.StartsWith("forktrace: cannot record here with perf: ", StringComparison.Ordinal),
            outcome.Error);
    }

    [Theory]
    [InlineData("/no/such/program", "cannot run '/no/such/program': there is no such program")]
    [InlineData("no-such-program", "cannot run 'no-such-program': there is no such program in PATH")]
    public void A_missing_workload_is_reported_before_anything_is_recorded(string workload, string message)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "record", "--exec", "--tool", "perf", "-o", "x.data", "--", workload);
        Assert.Empty(_folder.Names);

        // A machine that cannot be recorded says that first.
        Assert.True(
            (outcome.Code == NoSuchWorkload && outcome.Error == $"forktrace: {message}\n")
                || outcome.Error.StartsWith("forktrace: cannot record here with perf: ", StringComparison.Ordinal),
            outcome.Error);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("kill -KILL $$", 137)]
    public void The_workloads_exit_code_is_handed_on(string workload, int code)
    {
        FakePerf("echo recorded > out; \"$@\"; exit 0");
        ToolOutcome outcome = Record($"-o out -- sh -c '{workload}'");
        Assert.Equal(code, outcome.Code);
        Assert.Contains("recorded out (9 B)", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("out", _folder.Names);
    }

    [Theory]
    [InlineData("exit 7", "nothing was recorded: perf ended with 7 and left no out")]
    [InlineData("echo recorded > out; exit 7", "perf ended with 7 before the workload did: out may be incomplete")]
    [InlineData("echo recorded > out; \"$@\"; exit 7", "perf ended with 7, the workload with 3: out may be incomplete")]
    public void A_failure_of_the_recorder_is_told_from_the_workloads(string recorder, string message)
    {
        FakePerf(recorder);
        ToolOutcome outcome = Record("-o out -- sh -c 'exit 3'");
        Assert.Equal(Failed, outcome.Code);
        Assert.EndsWith($"forktrace: {message}\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_exit_codes_and_nothing_else_on_standard_output()
    {
        FakePerf("echo noise; echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Record("--json --repeat 2 -o load.dat -- sh -c 'echo noise; test -e once && exit 4; touch once'");
        Assert.Equal(4, outcome.Code);
        using JsonDocument document = JsonDocument.Parse(outcome.Out);
        Assert.Equal(4, document.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal(
            [("load-1.dat", 0), ("load-2.dat", 4)],
            document.RootElement.GetProperty("recordings").EnumerateArray().Select(
                recording => (recording.GetProperty("output").GetString()!, recording.GetProperty("exit_code").GetInt32())));
    }

    [Fact]
    public void Repeats_continue_after_a_failed_workload_and_end_with_its_code()
    {
        FakePerf("echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Record("--repeat 3 -o load.dat -- sh -c 'test -e once && exit 0; touch once; exit 5'");
        Assert.Equal(5, outcome.Code);
        Assert.Equal(
            [
                "recorded load-1.dat (9 B); the workload ended with 5", "recorded load-2.dat (9 B)", "recorded load-3.dat (9 B)",
                "forktrace run load-1.dat load-2.dat load-3.dat reads them",
            ],
            outcome.Error.Split('\n').Where(line => line.StartsWith("recorded ", StringComparison.Ordinal)
                || line.StartsWith("forktrace", StringComparison.Ordinal)));
        Assert.Equal(
            ["load-1.dat", "load-1.dat.kernel.json", "load-2.dat", "load-2.dat.kernel.json", "load-3.dat", "load-3.dat.kernel.json"],
            _folder.Names.Where(name => name.StartsWith("load", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Repeats_end_where_the_recorder_fails()
    {
        FakePerf("test $out = load-2.dat && exit 9; echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Record("--repeat 3 -o load.dat -- true");
        Assert.Equal(Failed, outcome.Code);
        Assert.EndsWith("forktrace: nothing was recorded: perf ended with 9 and left no load-2.dat\n", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["load-1.dat", "load-1.dat.kernel.json"],
            _folder.Names.Where(name => name.StartsWith("load", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_repeat_that_is_there_is_rejected_before_the_work_begins()
    {
        _folder.Put("load-3.dat", "mine"u8);
        FakePerf("echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Record("--repeat 3 -o load.dat -- true");
        Assert.Equal(Failed, outcome.Code);
        Assert.Equal("forktrace: refusing to overwrite load-3.dat: it exists already (use --force to replace it)\n", outcome.Error);
        Assert.DoesNotContain("load-1.dat", _folder.Names);
    }

    [Fact]
    public void Force_overwrites_a_recording()
    {
        _folder.Put("load.dat", "mine"u8);
        _folder.Put("load.dat.kernel.json", "mine"u8);
        FakePerf("echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Record("--force -o load.dat -- true");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("recorded\n", File.ReadAllText(_folder.Of("load.dat")));
        Assert.NotEqual("mine", File.ReadAllText(_folder.Of("load.dat.kernel.json")));
    }

    [Fact]
    public void An_interrupt_ends_workload_and_repeats_and_not_the_recording()
    {
        FakePerf("trap : INT; echo recorded > $out; \"$@\"");
        ToolOutcome outcome = Tool.Shell(
            _folder.Path,
            // A background shell ignores interrupts, and so would the processes that it starts.
            "set -m; PATH=$PWD:$PATH env --default-signal=INT $TOOL record --tool perf --exec --repeat 2 -o load.dat -- sh -c 'touch begun; exec sleep 60' & "
            + "for i in $(seq 600); do test -e begun && break; sleep 0.1; done; sleep 0.2; kill -INT -- -$!; wait $!");
        Assert.Equal(130, outcome.Code);
        Assert.Contains("recorded load-1.dat (9 B); the workload ended with 130", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("load-2.dat", _folder.Names);
    }

    [Theory]
    [InlineData("--repeat 2", "--repeat needs --exec and a workload: without --exec only one command is shown")]
    [InlineData("--repeat 0", "--repeat is 0, but must be 1 to 1000 (see forktrace record --help)")]
    public void Repeats_are_for_recordings(string options, string message)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"$TOOL record {options} -- true");
        Assert.Equal((Usage, $"forktrace: {message}\n"), (outcome.Code, outcome.Error));
    }

    private ToolOutcome Record(string arguments) => Tool.Shell(_folder.Path, $"PATH=$PWD:$PATH $TOOL record --tool perf --exec {arguments}");

    // In the script, $out is the recording's name and "$@" the workload.
    private void FakePerf(string script)
    {
        File.WriteAllText(_folder.Of("perf"), $"#!/bin/sh\nwhile [ \"$1\" != -- ]; do test \"$1\" = -o && out=$2; shift; done; shift\n{script}\n");
        Tool.Shell(_folder.Path, "chmod +x perf");
    }
}
