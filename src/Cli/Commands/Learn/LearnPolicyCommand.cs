using ForkTrace.Learning;
using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace learn policy</c>: makes a model for the policy <c>learned</c> from recordings.</summary>
internal sealed class LearnPolicyCommand
{
    private static readonly OutputForm s_form = new("a model of the policy learned", "forktrace learned policy"u8.ToArray());
    private readonly Terminal _terminal;
    private readonly TraceOptions _trace;

    private static readonly string[] s_forecastColumns = ["window_ns", "forecast", "loss_bits", "low", "high", "gain_pct", "gain_low", "gain_high"];

    private static readonly string[] s_policyColumns =
        ["split", "memory", "policy", "hit_pct", "low", "high", "bound_pct", "learned_won_pct", "won_low", "won_high"];

    private readonly LearnOptions _learn;
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The model to write.", HelpName = "MODEL" };

    private readonly Option<double> _memory = new("--memory")
    {
        Description = "Memory that the policy may hold on average; 1 is what the kernel's own cache (linux-5.18, two slots) holds.",
        HelpName = "TIMES",
        DefaultValueFactory = _ => 1,
    };

    private LearnPolicyCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _trace = TraceOptions.ForSeveral(command);
        _learn = new LearnOptions(
            command, _trace, _output, "Also judge the model, leaving out loads and machines in turn: FOLDER/policies.tsv and forecasts.tsv. Needs --splits.", _memory);
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

    private int Run(ParseResult parsed) => LearnOptions.Run(() =>
    {
        OutputSet outputs = _learn.Outputs(parsed);
        OutputFile? output = parsed.GetValue(_output) is { } file ? outputs.Add(file, s_form) : null;
        string? folder = _learn.Judge(parsed);
        if (output is null && folder is null)
            throw new UsageException("forktrace learn policy needs -o MODEL, --judge FOLDER, or both");
        if (folder is not null && _learn.Splits(parsed) is null)
            throw new UsageException("--judge needs --splits, a table that names the load and the machine of each recording");
        OutputFile? forecasts = folder is null ? null : ResultTable.In(outputs, folder, "forecasts.tsv", s_forecastColumns);
        OutputFile? policies = folder is null ? null : ResultTable.In(outputs, folder, "policies.tsv", s_policyColumns);
        PolicyLearning learning = new(_learn.Read(parsed, CorpusRecording.Of), _learn.Seed(parsed), _trace.Threads(parsed));
        LearnedPolicyDocument document = new(null, [], []);
        if (forecasts is not null && policies is not null)
            document = Judge(learning, forecasts, policies);
        if (output is not null)
            document = document with { Model = Train(learning, output, parsed.GetValue(_memory)) };
        if (_learn.Json(parsed))
            JsonOutput.Write(_terminal, document, JsonDocuments.Default.LearnedPolicyDocument);
        else
            _terminal.Out.Write(document.Model?.Text);
    });

    private static LearnedModelDocument Train(PolicyLearning learning, OutputFile output, double memory)
    {
        TrainedModel model = learning.Train(memory);
        output.Write(stream => stream.Write(Encoding.ASCII.GetBytes(model.Text)));
        Terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"on the recordings that it learned from, it hits {100 * model.HitRate:0.0} % and holds {model.Memory:0.00} times what the kernel's own cache would, of {memory:0.##} allowed"));
        Terminal.Note($"the model is in {output.Path}: forktrace replay FILE --policy learned:model={output.Path},capacity={model.Capacity}");
        return LearnedModelDocument.Of(output.Path, model, memory);
    }

    private static LearnedPolicyDocument Judge(PolicyLearning learning, OutputFile forecasts, OutputFile policies)
    {
        ImmutableArray<ForecastVerdict> forecast = learning.JudgeForecasts(Terminal.Note);
        ImmutableArray<PolicyVerdict> judged = learning.JudgePolicies(Terminal.Note);
        ResultTable.Write(forecasts, s_forecastColumns, forecast.Select(ForecastRow));
        ResultTable.Write(policies, s_policyColumns, judged.Select(PolicyRow));
        Terminal.Note($"the tables are {forecasts.Path} and {policies.Path}");
        return new LearnedPolicyDocument(null, [.. judged.Select(JudgedPolicyDocument.Of)], [.. forecast.Select(JudgedForecastDocument.Of)]);
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
