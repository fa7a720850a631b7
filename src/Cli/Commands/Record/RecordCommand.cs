using ForkTrace.Analytics.Comparison;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace record</c>: shows or runs the command that records this machine.</summary>
internal sealed class RecordCommand
{
    private const int RepeatsMax = 1000;
    private static readonly string[] s_tools = ["trace-cmd", "perf", "ftrace"];
    private readonly Terminal _terminal;
    private readonly OutputOptions _outputs;
    private readonly Option<string> _level = SharedOptions.Choice(
        "--level", "How much to record; each level includes the one before.", "standard", "minimal", "truth");

    private readonly Option<string> _tool = SharedOptions.Choice(
        "--tool", "What to record with; auto takes the first that works here.", ["auto", .. s_tools]);

    private readonly Option<bool> _exec = new("--exec") { Description = "Run the command instead of only showing it." };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The recording to write. Without it: trace.dat, perf.data or trace.txt.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _repeat = new("--repeat")
    {
        Description = "Record N times: -o load.dat then writes load-1.dat to load-N.dat.",
        HelpName = "N",
    };

    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Argument<string[]> _command = new("CMD")
    {
        Description = "The workload, after --. While it runs, the forks of all tasks are recorded.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private RecordCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        command.Add(_command);
        command.Add(_level);
        command.Add(_tool);
        command.Add(_exec);
        _outputs = new OutputOptions(command, _output);
        command.Add(_repeat);
        command.Add(_json);
        _repeat.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(given, CultureInfo.InvariantCulture, out int count) && count is < 1 or > RepeatsMax)
                result.AddError($"--repeat is {count}, but must be 1 to {RepeatsMax}");
        });
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("record", "Show, or run, the command that records this machine: events, filters, buffers, cost.")
        {
            Notes = Notes,
            Examples =
            [
                "forktrace record",
                "forktrace record --exec -o build.dat -- make -j8",
                "forktrace record --repeat 5 --exec -o build.dat -- make -j8",
                "forktrace record --level minimal --tool perf -- sleep 10",
            ],
        };
        _ = new RecordCommand(terminal, command);
        return command;
    }

    private static IEnumerable<string> Notes()
    {
        yield return "Levels:";
        yield return "  minimal   forks and deaths: enough to replay; a model says when RCU callbacks run";
        yield return "  standard  also the task_struct's allocation and free, and the kernel's own cache misses (6.2+) [default]";
        yield return "  truth     also RCU softirqs and, by probes, the RCU callbacks of stacks; before 6.2 also the kernel's own misses";
        yield return "Exit codes under --exec: the workload's own (128 and the signal's number if a signal ended it), 126 if it cannot be run,";
        yield return "127 if there is no such program, 125 if recording failed. With --repeat, that of the first workload that failed.";
    }

    private int Run(ParseResult parsed)
    {
        if (!parsed.GetValue(_exec))
            return Show(parsed);
        try
        {
            return Record(parsed);
        }
        catch (Exception failure) when (failure is not OutputClosedException)
        {
            throw new RecordingFailedException(failure);
        }
    }

    private int Show(ParseResult parsed)
    {
        if (parsed.GetValue(_repeat) is not null)
            throw new UsageException("--repeat needs --exec and a workload: without --exec only one command is shown");
        RecordingMachine machine = MachineProbe.Here.Probe();
        RecordingPlan plan = RecordingPlanner.Plan(machine, Request(parsed));
        if (parsed.GetValue(_json))
            JsonOutput.Write(_terminal, RecordingDocument.Of(machine, plan, null), JsonDocuments.Default.RecordingDocument);
        else
            RecordingText.Write(_terminal, machine, plan);
        if (plan.Problems.IsEmpty)
            return (int)ExitCode.Success;
        Terminal.Note($"forktrace: {Refusal(plan)}");
        return (int)ExitCode.Usage;
    }

    private int Record(ParseResult parsed)
    {
        RecordingMachine machine = MachineProbe.Here.Probe();
        RecordingRequest request = Request(parsed);
        bool json = parsed.GetValue(_json);
        RecordingSeries series = RecordingSeries.Of(machine, request, parsed.GetValue(_repeat), keepsOutputClean: json);
        OutputFile[] files = RefuseRun(request, series, _outputs.Begin(parsed));
        if (!Workload.IsThere(request.Command[0]))
        {
            Terminal.Note($"forktrace: {Workload.Refusal(request.Command[0])}");
            return (int)ExitCode.NoSuchWorkload;
        }

        foreach (OutputFile file in files)
            file.RemoveOther();
        series.Run();
        if (json)
            JsonOutput.Write(_terminal, RecordingDocument.Of(machine, series.Plans[0], series), JsonDocuments.Default.RecordingDocument);
        else
            RecordingText.WriteDone(series);
        return series.ExitCode;
    }

    private RecordingRequest Request(ParseResult parsed) => new()
    {
        Level = Enum.Parse<RecordingLevel>(parsed.GetRequiredValue(_level), ignoreCase: true),
        Tool = Array.IndexOf(s_tools, parsed.GetRequiredValue(_tool)) is >= 0 and int tool ? (RecordingTool)tool : null,
        Output = parsed.GetValue(_output),
        Command = [.. parsed.GetValue(_command) ?? []],
    };

    // Report every mistake that is known before the work begins, so that nothing is written.
    private static OutputFile[] RefuseRun(RecordingRequest request, RecordingSeries series, OutputSet outputs)
    {
        if (!series.Plans[0].Problems.IsEmpty)
            throw new UsageException(Refusal(series.Plans[0]));
        if (request.Command.IsEmpty)
            throw new UsageException("--exec needs a workload after -- (sleep 10 records ten seconds of whatever runs)");
        return [.. series.Plans.SelectMany(plan => (string[])[plan.Output, plan.KernelFactsFile])
            .Select(file => outputs.Add(file, OutputForm.Recording))];
    }

    private static string Refusal(RecordingPlan plan) =>
        $"cannot record here with {RecordingText.Name(plan.Tool)}: {string.Join("; ", plan.Problems)}";
}

/// <summary>The tool itself failed while recording a workload: exit code 125, as with <c>env</c> and <c>timeout</c>.</summary>
/// <param name="cause">What went wrong. Its message is shown.</param>
internal sealed class RecordingFailedException(Exception cause) : Exception(cause.Message, cause);
