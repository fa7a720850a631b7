using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>validate</c>: one row per trace, policy and level, then single cases.</summary>
internal static class ValidationText
{
    public static void Write(
        Terminal terminal,
        IEnumerable<ValidationResult> results,
        ImmutableArray<(string Label, string Value)> conditions,
        IEnumerable<string> cases)
    {
        LabelledLines lines = new(terminal);
        foreach ((string label, string value) in conditions)
            lines.Add(label, value);
        TextTable table = new();
        table.AddColumn("Trace");
        table.AddColumn("Policy");
        table.AddColumn("Evidence");
        foreach (string title in new[] { "Forks", "Agreement", "95 % interval", "Balanced", "Constant", "Hit rate", "Kernel's", "False hits", "False misses" })
            table.AddColumn(title, isNumber: true);
        table.AddColumn("Disagreements by cause");
        foreach (ValidationResult result in results)
        {
            table.AddRow(
            [
                result.Trace,
                result.Policy,
                result.Evidence,
                Readable.Count(result.Forks),
                Percent(result.Agreement),
                $"{Percent(result.AgreementInterval.Low)} to {Percent(result.AgreementInterval.High)}",
                Percent(result.BalancedAgreement),
                Percent(result.ConstantAgreement),
                Percent(result.PredictedHitRate),
                Percent(result.TrueHitRate),
                Readable.Count(result.FalseHits),
                Readable.Count(result.FalseMisses),
                Causes(result),
            ]);
        }

        table.Write(terminal);
        foreach (string line in cases)
            terminal.Out.WriteLine(EscapedText.Of(line));
    }

    private static string Causes(ValidationResult result) => string.Join(
        ", ",
        result.Disagreements.GroupBy(found => found.Cause).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{DisagreementCauseNames.Of(group.Key)} {group.Count()}")));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.00} %");
}

/// <summary>The output of <c>validate --markdown</c>: one row per recording and policy, one column per evidence level.</summary>
internal static class ValidationMarkdown
{
    private const string Unknown = "-";

    public static void Write(
        TextWriter text, IReadOnlyCollection<ValidationResult> results, ImmutableArray<(string Label, string Value)> conditions)
    {
        string[] levels = [.. EvidenceLevel.All.Select(level => level.Name).Where(name => results.Any(result => result.Evidence == name))];
        text.WriteLine($"| recording | policy | forks | kernel's hit rate | {string.Join(" | ", levels)} |");
        text.WriteLine($"|---|---|---:|---:|{string.Concat(Enumerable.Repeat("---:|", levels.Length))}");
        foreach (IGrouping<(string Trace, string Policy), ValidationResult> row in results.GroupBy(result => (result.Trace, result.Policy)))
        {
            ValidationResult any = row.First();
            IEnumerable<string> cells = levels.Select(name => row.FirstOrDefault(result => result.Evidence == name) is { } result
                ? $"{Percent(result.Agreement)} / {Percent(result.PredictedHitRate)}"
                : Unknown);
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {EscapedText.Of(any.Trace)} | {any.Policy} | {any.Forks} | {Percent(any.TrueHitRate)} "
                + $"| {string.Join(" | ", cells)} |"));
        }

        if (!conditions.IsEmpty)
            text.WriteLine(
                $"\nReplayed under: {string.Join(", ", conditions.Select(condition => $"{condition.Label} `{condition.Value}`"))}.");
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>The output of <c>validate --json</c>.</summary>
internal sealed record ValidationDocument(ValidatedDocument[] Results)
{
    public static ValidationDocument Of(IEnumerable<ValidationResult> results) => new([.. results.Select(ValidatedDocument.Of)]);
}

internal sealed record ValidatedDocument(
    string Trace, string Policy, string Evidence, ulong Seed, string RcuModel, string? Pins, string? Topology, long Forks, double Agreement,
    double[] AgreementInterval, double BalancedAgreement, double ConstantAgreement, double PredictedHitRate, double TrueHitRate, double[] TrueHitRateInterval, ConfusionDocument Confusion,
    Dictionary<string, int> Disagreements)
{
    public static ValidatedDocument Of(ValidationResult result)
    {
        LifecycleConditions conditions = result.Conditions.Lifecycle;
        return new ValidatedDocument(
            result.Trace,
            result.Policy,
            result.Evidence,
            result.Conditions.Seed,
            conditions.Rcu.ToString(),
            conditions.Pins?.ToString(),
            JsonOutput.Known(conditions.Topology?.ToString()),
            result.Forks,
            result.Agreement,
            [result.AgreementInterval.Low, result.AgreementInterval.High],
            result.BalancedAgreement,
            result.ConstantAgreement,
            result.PredictedHitRate,
            result.TrueHitRate,
            [result.TrueHitRateInterval.Low, result.TrueHitRateInterval.High],
            new ConfusionDocument(result.TrueHits, result.TrueMisses, result.FalseHits, result.FalseMisses),
            Enum.GetValues<DisagreementCause>().ToDictionary(
                DisagreementCauseNames.Of, cause => result.Disagreements.Count(found => found.Cause == cause)));
    }
}

internal sealed record ConfusionDocument(long TrueHits, long TrueMisses, long FalseHits, long FalseMisses);
