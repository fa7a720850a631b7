using ForkTrace.Analytics.Comparison;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace record</c>: the command that records this machine, shown or run.</summary>
internal sealed class RecordCommand
{
    private static readonly string[] s_tools = ["trace-cmd", "perf", "ftrace"];
    private readonly Terminal _terminal;
    private readonly Option<string> _level = SharedOptions.Choice(
        "--level", "How much to record; each has what the one before has.", "standard", "minimal", "truth");

    private readonly Option<string> _tool = SharedOptions.Choice(
        "--tool", "What to record with; auto takes the first that works here.", ["auto", .. s_tools]);

    private readonly Option<bool> _exec = new("--exec") { Description = "Run the command instead of only showing it." };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The recording to write. Without it: trace.dat, perf.data or trace.txt.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Argument<string[]> _command = new("CMD")
    {
        Description = "The workload, after --. Its forks are recorded, and those of all other tasks meanwhile.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private RecordCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        command.Add(_command);
        command.Add(_level);
        command.Add(_tool);
        command.Add(_exec);
        command.Add(_output);
        command.Add(_json);
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("record", "Show, or run, the command that records this machine: events, filters, buffers, cost.")
        {
            Notes = LevelNotes,
            Examples =
            [
                "forktrace record",
                "forktrace record --exec -o build.dat -- make -j8",
                "forktrace record --level minimal --tool perf -- sleep 10",
            ],
        };
        _ = new RecordCommand(terminal, command);
        return command;
    }

    private static IEnumerable<string> LevelNotes()
    {
        yield return "Levels:";
        yield return "  minimal   births and deaths: enough to replay; a model says when RCU callbacks run";
        yield return "  standard  also the task_struct's allocation and free, and the kernel's own cache misses (6.2+) [default]";
        yield return "  truth     also RCU softirqs, and before 6.2 the kernel's own cache misses by a probe";
        yield return "";
    }

    private int Run(ParseResult parsed)
    {
        RecordingMachine machine = MachineProbe.Here.Probe();
        RecordingRequest request = new()
        {
            Level = Enum.Parse<RecordingLevel>(parsed.GetRequiredValue(_level), ignoreCase: true),
            Tool = Array.IndexOf(s_tools, parsed.GetRequiredValue(_tool)) is >= 0 and int tool ? (RecordingTool)tool : null,
            Output = parsed.GetValue(_output),
            Command = [.. parsed.GetValue(_command) ?? []],
        };
        RecordingPlan plan = RecordingPlanner.Plan(machine, request);
        bool isRun = parsed.GetValue(_exec);
        if (isRun)
            RefuseRun(request, plan);
        bool json = parsed.GetValue(_json);
        int? code = isRun ? new RecordingRun(plan).Run(json) : null;
        if (json)
            JsonOutput.Write(_terminal, RecordingDocument.Of(machine, plan, code), JsonDocuments.Default.RecordingDocument);
        else if (isRun)
            RecordingText.WriteDone(plan, code);
        else
            RecordingText.Write(_terminal, machine, plan);
        return (int)Verdict(plan);
    }

    // All that can be known before the work begins is said before it: then nothing is written.
    private static void RefuseRun(RecordingRequest request, RecordingPlan plan)
    {
        if (!plan.Problems.IsEmpty)
            throw new UsageException(Refusal(plan));
        if (request.Command.IsEmpty)
            throw new UsageException("--exec needs a workload after -- (sleep 10 records ten seconds of whatever runs)");
        if (!Workload.IsThere(request.Command[0]))
            throw new UsageException(Workload.Refusal(request.Command[0]));
        OutputFile.RequireWritable(plan.Output);
        foreach (string file in (string[])[plan.Output, plan.KernelFactsFile])
        {
            if (File.Exists(file))
                throw new UsageException($"cannot write {file}: it is there already (-o names another)");
        }
    }

    private static string Refusal(RecordingPlan plan) =>
        $"cannot record here with {RecordingText.Name(plan.Tool)}: {string.Join("; ", plan.Problems)}";

    private static ExitCode Verdict(RecordingPlan plan)
    {
        if (plan.Problems.IsEmpty)
            return ExitCode.Success;
        Terminal.Note($"forktrace: {Refusal(plan)}");
        return ExitCode.Usage;
    }
}
