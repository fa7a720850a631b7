using System.Collections.Immutable;
using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Analytics.Comparison;

/// <summary>The conditions of a compared cell as one text, <c>column=value; ...</c>: what is not at its default.</summary>
internal static class ComparedConditions
{
    private const string Separator = "; ";

    /// <summary>The text of columns and what they hold.</summary>
    public static string Text(IEnumerable<(string Column, string? Value)> columns) => string.Join(
        Separator,
        columns.Where(pair => pair.Value is { } text && !(CellConditions.Of(pair.Column) is { } known && CellConditions.IsDefault(known, text)))
            .Select(pair => $"{pair.Column}={pair.Value}"));

    /// <summary>A text that an older ForkTrace wrote, which named a default.</summary>
    public static string WithoutDefaults(string text) => Text(Parts(text).Select(pair => (pair.Key, (string?)pair.Value)));

    /// <summary>The conditions in which two texts differ.</summary>
    public static ImmutableArray<ConditionDefinition> Differing(string before, string after)
    {
        Dictionary<string, string> first = Parts(before);
        Dictionary<string, string> second = Parts(after);
        return [.. ConditionDefinition.Kept.Where(condition =>
            first.GetValueOrDefault(condition.Column!.Name) != second.GetValueOrDefault(condition.Column.Name))];
    }

    private static Dictionary<string, string> Parts(string text)
    {
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (string part in text.Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            parts[equals < 0 ? part : part[..equals]] = equals < 0 ? "" : part[(equals + 1)..];
        }

        return parts;
    }
}
