using System.CommandLine.Completions;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;
using ForkTrace.Cli.Completion;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace validate</c>: compares the replay with what the recorded kernel did, fork by fork.</summary>
internal sealed class ValidateCommand
{
    private const string TraceKernelPolicy = "linux";
    private readonly Terminal _terminal;
    private readonly TraceOptions _trace;
    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "The policy to compare with the kernel; may be given several times. Without it: linux, what the trace's own release "
            + "does, and policies plugged in.",
        HelpName = "NAME[:param=value,...]",
    };

    private readonly PluginOptions _plugins;
    private readonly ConditionOptions _conditions;

    private readonly Option<string[]> _levels = new("--evidence")
    {
        Description = "Use only the events of this level; may be given several times. all: every level.",
        HelpName = "LEVEL",
    };

    private readonly Option<double?> _minAgreement = new("--min-agreement")
    {
        Description = "Exit with 4 if a result's agreement is below this: a share from 0 to 1, or percent above 1 and up to 100.",
        HelpName = "SHARE",
    };

    private readonly Option<int?> _cases = new("--cases")
    {
        Description = "Disagreements to show event by event, per result. Without it: one of each cause if there is one result, else none.",
        HelpName = "N",
    };

    private readonly Option<bool> _markdown = new("--markdown")
    {
        Description = "Write a table for a document: one row per recording, one column per evidence level.",
    };

    private readonly Option<string?> _database = new("--db")
    {
        Description = "A database to add the results to; created if it does not exist. Without it: none.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly OutputOptions _outputs;
    private readonly RunLabelOptions _label;

    private ValidateCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _trace = TraceOptions.ForSeveral(command).WithProbeMap(command);
        _minAgreement.Validators.Add(RefuseNoShare);
        _policies.OfferPoliciesWithParameters();
        _levels.CompletionSources.Add(_ => LevelWords());
        command.Add(_policies);
        _plugins = new PluginOptions(command);
        _conditions = ConditionOptions.ForOutcomes(command);
        command.Add(_levels);
        command.Add(_minAgreement);
        command.Add(_cases);
        command.Add(_markdown);
        _outputs = new OutputOptions(command, _database);
        _label = new RunLabelOptions(command);
        command.Add(_json);
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("validate", "Compare a replay with what the recorded kernel did.")
        {
            Notes = LevelNotes,
            Examples =
            [
                "forktrace validate trace.dat",
                "forktrace validate trace.dat --evidence all",
                "forktrace validate trace.dat --rcu-model hz=1000 --pins 0.5%:200us",
                "forktrace validate trace.dat --probe-map probes.toml",
                "forktrace validate *.perf.data --db results.duckdb",
                "forktrace validate *.perf.data --policy linux-5.18 --policy linux-5.18:capacity=3 --min-agreement 99",
            ],
        };
        _ = new ValidateCommand(terminal, command);
        return command;
    }

    private static IEnumerable<string> LevelNotes()
    {
        yield return "Evidence levels; each includes the ones before it:";
        foreach (EvidenceLevel level in EvidenceLevel.All)
            yield return $"  {level.Name,-10} {level.Summary}{(level == EvidenceLevel.Standard ? " [default]" : "")}";
    }

    private static IEnumerable<CompletionItem> LevelWords() =>
        EvidenceLevel.All.Select(level => new CompletionItem(level.Name, detail: level.Summary))
            .Append(new CompletionItem("all", detail: "every level"));

    private int Run(ParseResult parsed)
    {
        ImmutableArray<PolicySelection> policies = Policies(parsed);
        ImmutableArray<EvidenceLevel> levels = Levels(parsed.GetValue(_levels) ?? []);
        ReplayConditions conditions = _conditions.Read(parsed);
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        OutputFile? database = parsed.GetValue(_database) is { } file ? _outputs.Begin(parsed).Add(file, OutputForm.Database) : null;
        List<ValidationResult> results = [];
        List<DisagreementText> cases = [];
        string[] paths = _trace.Paths(parsed);
        bool isOneResult = paths.Length * levels.Length * policies.Length == 1;
        int? count = parsed.GetValue(_cases) ?? (isOneResult ? null : 0);
        foreach (string path in paths)
        {
            using ValidatedTrace trace = new(_trace.Open(parsed, path));
            ConditionOptions.RefuseUnfit(conditions, trace.Facts);
            int before = results.Count;
            EvidenceLevel[] levelsOfTrace = [.. LevelsOf(trace, levels, paths.Length)];
            using ProgressLine line = ProgressLine.Start();
            WorkProgress.Step? step = line.Progress?.Begin("validating", "events", levelsOfTrace.Length * trace.Facts.EventsStored);
            foreach (EvidenceLevel level in levelsOfTrace)
                results.AddRange(trace.Validate(policies, level, conditions, step));

            DisagreementText[] shown = [.. results[before..].SelectMany(result => DisagreementText.Of(result, count))];
            trace.Show(shown);
            cases.AddRange(shown);
            if (before == 0)
                database?.RemoveOther();
            if (database is not null)
                Keep(database.Path, _label.Describe(parsed, startedAt), trace.Facts, results[before..]);
        }

        if (parsed.GetValue(_json))
            JsonOutput.Write(_terminal, ValidationDocument.Of(results), JsonDocuments.Default.ValidationDocument);
        else if (parsed.GetValue(_markdown))
            ValidationMarkdown.Write(_terminal.Out, results, ConditionText.Of(conditions));
        else
            ValidationText.Write(_terminal, results, ConditionText.Of(conditions), cases.SelectMany(one => one.Lines));
        return (int)Verdict(results, parsed.GetValue(_minAgreement));
    }

    private ImmutableArray<PolicySelection> Policies(ParseResult parsed)
    {
        ImmutableArray<PolicyEntry> plugged = _plugins.Policies(parsed);
        string[] names = parsed.GetValue(_policies) is { Length: > 0 } given
            ? given
            : [TraceKernelPolicy, .. plugged.Select(policy => policy.Descriptor.Name)];
        return [.. names.Select(name => PolicySelection.Parse(name, plugged))];
    }

    private static ImmutableArray<EvidenceLevel> Levels(string[] names)
    {
        if (names.Length == 0)
            return [EvidenceLevel.Standard];
        if (names.Contains("all", StringComparer.Ordinal))
            return EvidenceLevel.All;
        string known = string.Join(", ", EvidenceLevel.All.Select(level => level.Name));
        return [.. names.Select(name => EvidenceLevel.ByName(name)
            ?? throw new UsageException($"there is no evidence level '{name}'; known are {known}, all"))];
    }

    // With all levels, or with several recordings, skip the levels that a recording does not have.
    private static IEnumerable<EvidenceLevel> LevelsOf(ValidatedTrace trace, ImmutableArray<EvidenceLevel> levels, int recordings)
    {
        foreach (EvidenceLevel level in levels)
        {
            if (trace.Has(level) || (levels.Length < EvidenceLevel.All.Length && recordings == 1))
                yield return level;
            else if (levels.Length < EvidenceLevel.All.Length)
                Terminal.Note($"forktrace: {trace.Facts.Trace} holds no callbacks of stacks: it has no row for evidence {level.Name}");
        }
    }

    private static void Keep(string path, RunDescription run, TraceFacts facts, IEnumerable<ValidationResult> results)
    {
        if (facts.Digest.Length == 0)
            throw new UsageException($"{facts.Trace} has no digest of its recording, which the database needs: ingest the recording again");
        using ResultsDatabase database = ResultsDatabase.Open(path);
        database.AddValidations(run, facts, [.. results.Select(result => (result, Conditions(result)))]);
    }

    private static string Conditions(ValidationResult result) =>
        string.Join(", ", ConditionText.Of(result.Conditions).Select(condition => $"{condition.Label}={condition.Value}"));

    // 0.99 and 99 mean the same, because no user asks for 1 % or less.
    private static double ShareOf(double given) => given <= 1 ? given : given / 100;

    private static void RefuseNoShare(System.CommandLine.Parsing.OptionResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        bool isNumber = double.TryParse(given, CultureInfo.InvariantCulture, out double value);
        if (isNumber && value is not (>= 0 and <= 100))
            result.AddError($"--min-agreement is {given}, but must be a share from 0 to 1, or percent up to 100");
    }

    private static ExitCode Verdict(List<ValidationResult> results, double? minAgreement)
    {
        ValidationResult? worst = results.MinBy(result => result.Agreement);
        if (minAgreement is null || worst is null || worst.Agreement >= ShareOf(minAgreement.Value))
            return ExitCode.Success;
        Terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"forktrace: {worst.Trace} under {worst.Policy} agrees in {100 * worst.Agreement:0.00} % of forks, "
            + $"below {100 * ShareOf(minAgreement.Value):0.####} %"));
        return ExitCode.Regressed;
    }
}
