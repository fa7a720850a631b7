using System.Collections.Immutable;
using ForkTrace.Cli.Commands;
using ForkTrace.Cli.Shared;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Tests;

/// <summary>Runs recording plans: the steps before the workload, and the steps that always follow it.</summary>
public sealed class RecordingRunTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_must_follow_follows_even_if_the_recorder_fails()
    {
        RecordingPlan plan = Plan("exit 3") with
        {
            Before = [$"echo before > {_folder.Of("log")}"],
            After = [$"echo after >> {_folder.Of("log")}"],
        };
        Assert.Equal($"nothing was recorded: /bin/sh ended with 3 and left no {plan.Output}", Failure(plan));
        Assert.Equal("before\nafter\n", File.ReadAllText(_folder.Of("log")));
    }

    [Fact]
    public void Probes_are_removed_even_if_a_later_one_cannot_be_set()
    {
        string kprobes = _folder.Of("kprobe_events");
        RecordingPlan plan = Plan("exit 0") with
        {
            Before = [$"echo set >> {kprobes}", $"echo set >> /nowhere/kprobe_events"],
            After = [$"echo removed >> {kprobes}"],
        };
        Assert.Equal(
            "nothing was recorded: 'echo set >> /nowhere/kprobe_events' ended with 2 (--level standard sets no probes)", Failure(plan));
        Assert.Equal("set\nremoved\n", File.ReadAllText(kprobes));
    }

    [Fact]
    public void Work_that_must_follow_and_fails_is_reported()
    {
        RecordingPlan plan = Plan("echo recorded > $out; \"$@\"") with { After = ["exit 4"] };
        Assert.Equal("the recording was not finished: 'exit 4' failed after it", Failure(plan));
    }

    [Fact]
    public void Facts_of_a_kernel_do_not_stay_without_a_recording()
    {
        RecordingPlan plan = Plan("touch $out");
        plan = plan with { Before = [$"echo {{}} > {plan.KernelFactsFile}"] };
        Assert.StartsWith("/bin/sh ended with 0 before the workload did: ", Failure(plan), StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
        plan = Plan("echo recorded > $out; \"$@\"") with { Before = plan.Before };
        Assert.Equal(0, new RecordingRun(plan).Run(keepsOutputClean: false));
        Assert.Equal(["out", "out.kernel.json"], _folder.Names);
    }

    [Fact]
    public void A_failed_preparation_ends_the_work()
    {
        RecordingPlan plan = Plan("echo recorded > $out; \"$@\"") with { Before = ["exit 7"] };
        Assert.Equal("nothing was recorded: 'exit 7' ended with 7", Failure(plan));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_workload_alone_is_one_too_where_a_script_records()
    {
        RecordingPlan plan = Plan("");
        plan = plan with { Arguments = plan.Command, After = [$"echo recorded > {plan.Output}"] };
        Assert.Equal(5, new RecordingRun(plan).Run(keepsOutputClean: true));
    }

    [Fact]
    public void A_program_that_is_not_there_is_a_mistake() => Assert.StartsWith(
        "cannot run /nowhere/perf: ", Failure(Plan("") with { Arguments = ["/nowhere/perf"], Command = [] }), StringComparison.Ordinal);

    private static string Failure(RecordingPlan plan) =>
        Assert.Throws<UsageException>(() => new RecordingRun(plan).Run(keepsOutputClean: false)).Message;

    // A recorder as a shell script: $out is the recording, "$@" the workload. The workload is true, or without a recorder one that exits
    // with 5.
    private RecordingPlan Plan(string recorder)
    {
        ImmutableArray<string> command = recorder.Length > 0 ? ["true"] : ["/bin/sh", "-c", "exit 5"];
        return new RecordingPlan
        {
            Tool = RecordingTool.Perf,
            Level = RecordingLevel.Minimal,
            Events = [],
            Before = [],
            Arguments = ["/bin/sh", "-c", $"out={_folder.Of("out")}; {recorder}", "sh", .. command],
            Command = command,
            After = [],
            Output = _folder.Of("out"),
            Notes = [],
            Problems = [],
            Estimate = new RecordingEstimate(0, 0, 0),
        };
    }
}
