using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>validate --markdown</c> writes: a row a recording and policy, a column an evidence level.</summary>
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
