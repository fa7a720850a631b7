using ForkTrace.Replay.Conditions;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The conditions of a cell that are not the default, in one word each. They distinguish rows of the same policy over the same recording. A
/// topology is named if the cells of a recording have several, because the recording's own is used by default. All cells of a run have the
/// same conditions; a cell without figures does not say how its caches began.
/// </summary>
internal static class CellConditions
{
    /// <summary>The columns of the table results that hold conditions, in order.</summary>
    public static string Columns { get; } = EachColumn("$");

    /// <summary>A SELECT with one row per run and cell: <c>run</c>, <c>cell</c>, <c>conditions</c> (empty for the defaults).</summary>
    public static string Select { get; } = $"""
        SELECT run, cell, concat_ws(
            ' ',
            {string.Join(",\n    ", ConditionDefinition.Kept.Select(Word))}) AS conditions
        FROM history
        WINDOW recording AS (PARTITION BY trace_digest)
        """;

    /// <summary>A SELECT with one row per run: <c>run</c>, <c>conditions</c>.</summary>
    public static string SelectByRun { get; } = $"SELECT run, any_value(conditions) AS conditions FROM ({Select}) GROUP BY run";

    /// <summary>SQL for each of these columns, with commas between; in the template the column's name is <c>$</c>.</summary>
    public static string EachColumn(string template) => string.Join(
        ", ", ConditionDefinition.Kept.Select(condition => template.Replace("$", condition.Column!.Name, StringComparison.Ordinal)));

    /// <summary>The condition that a column holds.</summary>
    public static ConditionDefinition? Of(string column) =>
        ConditionDefinition.Kept.FirstOrDefault(condition => condition.Column!.Name == column);

    /// <summary>True if the text of a column stands for the default, in its present or a former form.</summary>
    public static bool IsDefault(ConditionDefinition condition, string text) =>
        text == DefaultText(condition) || text == condition.Print(ReplayConditions.Default);

    private static string DefaultText(ConditionDefinition condition) => condition.Column!.Value(ReplayConditions.Default) switch
    {
        bool truth => truth ? "true" : "false",
        object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Word(ConditionDefinition condition)
    {
        (string name, string column) = (condition.Name, condition.Column!.Name);
        if (condition.IsOfRecording)
            return $"CASE WHEN min({column}) OVER recording <> max({column}) OVER recording THEN '{name}=' || {column} END";
        return condition.Column.Value(ReplayConditions.Default) switch
        {
            bool => $"CASE WHEN bool_or({column}) OVER (PARTITION BY run) THEN '{name}={LastWord(column)}' END",
            long => $"CASE WHEN {column} <> {DefaultText(condition)} THEN '{name}=' || ({column} / 1e6)::VARCHAR || 'ms' END",
            _ => $"CASE WHEN {column} <> '' THEN '{name}=' || {column} END",
        };
    }

    // starts_full: full
    private static string LastWord(string column) => column[(column.LastIndexOf('_') + 1)..];
}
