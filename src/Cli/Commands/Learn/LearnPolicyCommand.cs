using ForkTrace.Learning;
using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace learn policy</c>: a model of the policy <c>learned</c> from recordings.</summary>
internal sealed class LearnPolicyCommand
{
    private static readonly OutputForm s_form = new("a model of the policy learned", "forktrace learned policy"u8.ToArray());
    private readonly Terminal _terminal;
    private readonly TraceOptions _trace;

    private static readonly string[] s_forecastColumns = ["window_ns", "forecast", "loss_bits", "low", "high", "gain_pct", "gain_low", "gain_high"];

    private static readonly string[] s_policyColumns =
        ["split", "memory", "policy", "hit_pct", "low", "high", "bound_pct", "learned_won_pct", "won_low", "won_high"];

    private readonly OutputOptions _outputs;
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The model to write.", HelpName = "MODEL" };

    private readonly Option<string?> _splits = new("--splits")
    {
        Description = "A table of recording, load, machine and fold. Without it: each recording is a load of its own.",
        HelpName = "TSV",
    };

    private readonly Option<string?> _judge = new("--judge")
    {
        Description = "Also judge, with loads and machines left out in turn: FOLDER/policies.tsv and forecasts.tsv. Needs --splits.",
        HelpName = "FOLDER",
    };

    private readonly Option<double> _memory = new("--memory")
    {
        Description = "Memory that the policy may hold on average; 1 is what the kernel's own cache (linux-5.18, two slots) holds.",
        HelpName = "TIMES",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<long> _seed = new("--seed") { Description = "Drives training and intervals.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private LearnPolicyCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _trace = TraceOptions.ForSeveral(command);
        _outputs = new OutputOptions(command, _output);
        foreach (Option option in new Option[] { _splits, _judge, _memory, _seed })
            command.Add(option);
        _memory.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(given, CultureInfo.InvariantCulture, out double times) && !(times is > 0 and <= 1000))
                result.AddError($"--memory is {given}, but must be more than 0 and at most 1000");
        });
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("policy", "Make a table for the policy learned: how long a CPU keeps a dead task's stack, by its recent forks and deaths.")
        {
            Examples =
            [
                "forktrace learn policy *.perf.data -o my.model",
                "forktrace learn policy *.perf.data --splits splits.tsv --judge results",
            ],
        };
        _ = new LearnPolicyCommand(terminal, command);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        OutputSet outputs = _outputs.Begin(parsed, _trace.Paths(parsed));
        OutputFile? output = parsed.GetValue(_output) is { } file ? outputs.Add(file, s_form) : null;
        string? folder = parsed.GetValue(_judge);
        string? splits = parsed.GetValue(_splits);
        if (output is null && folder is null)
            throw new UsageException("forktrace learn policy needs -o MODEL, --judge FOLDER, or both: what it is to write");
        if (folder is not null && splits is null)
            throw new UsageException("--judge needs --splits: which recordings are of one load and of one machine");
        OutputFile? forecasts = folder is null ? null : ResultTable.In(outputs, folder, "forecasts.tsv", s_forecastColumns);
        OutputFile? policies = folder is null ? null : ResultTable.In(outputs, folder, "policies.tsv", s_policyColumns);
        try
        {
            PolicyLearning learning = new(CorpusReader.Read(_trace, parsed, splits, CorpusRecording.Of), (ulong)parsed.GetValue(_seed), _trace.Threads(parsed));
            if (forecasts is not null && policies is not null)
                Judge(learning, forecasts, policies);
            if (output is not null)
                Train(learning, output, parsed.GetValue(_memory));
        }
        catch (CorpusException unfit)
        {
            throw new UsageException(unfit.Message);
        }

        return (int)ExitCode.Success;
    }

    private void Train(PolicyLearning learning, OutputFile output, double memory)
    {
        TrainedModel model = learning.Train(memory);
        output.Write(stream => stream.Write(Encoding.ASCII.GetBytes(model.Text)));
        _terminal.Out.Write(model.Text);
        Terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"on the recordings that it learned from, it hits {100 * model.HitRate:0.0} % and holds {model.Memory:0.00} times what the kernel's own cache would, of {memory:0.##} allowed"));
        Terminal.Note($"the model is in {output.Path}: forktrace replay FILE --policy learned:model={output.Path},capacity={model.Capacity}");
    }

    private static void Judge(PolicyLearning learning, OutputFile forecasts, OutputFile policies)
    {
        ResultTable.Write(forecasts, s_forecastColumns, learning.JudgeForecasts(Terminal.Note).Select(ForecastRow));
        ResultTable.Write(policies, s_policyColumns, learning.JudgePolicies(Terminal.Note).Select(PolicyRow));
        Terminal.Note($"the tables are {forecasts.Path} and {policies.Path}");
    }

    private static string[] ForecastRow(ForecastVerdict verdict) =>
    [
        ResultTable.Number(verdict.WindowNs, 0), verdict.Forecast,
        .. ResultTable.Numbers(verdict.LossBits, 1, 5), .. ResultTable.Numbers(verdict.Gain, 100, 1),
    ];

    private static string[] PolicyRow(PolicyVerdict verdict) =>
    [
        verdict.Split, ResultTable.Number(verdict.Memory, 2), verdict.Family, .. ResultTable.Numbers(verdict.HitRate, 100, 2),
        ResultTable.Number(100 * verdict.BoundHitRate, 2), .. ResultTable.Numbers(verdict.ShareWon, 100, 1),
    ];
}
