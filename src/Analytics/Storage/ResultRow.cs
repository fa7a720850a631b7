using ForkTrace.Replay.Conditions;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// Rows of the table results. The definitions of conditions and figures say what a column holds; the table gives the order.
/// </summary>
internal sealed class ResultRow
{
    private readonly ImmutableArray<Func<Cell, object?>> _values;

    private ResultRow(ImmutableArray<Func<Cell, object?>> values) => _values = values;

    /// <summary>The values for the columns of a table, in any order.</summary>
    /// <exception cref="InvalidOperationException">A column has no definition, or a definition no column.</exception>
    public static ResultRow Of(IReadOnlyCollection<string> columns)
    {
        Dictionary<string, Func<Cell, object?>> known = Definitions();
        string[] strangers = [.. columns.Except(known.Keys), .. known.Keys.Except(columns)];
        return strangers.Length == 0
            ? new ResultRow([.. columns.Select(column => known[column])])
            : throw new InvalidOperationException($"The table and the definitions do not agree on {string.Join(", ", strangers)}.");
    }

    /// <summary>Writes a result. A cell without an answer gets NULL instead of figures, not zeros.</summary>
    public void Append(IDuckDBAppenderRow row, long run, CellResult result)
    {
        Cell cell = new(run, result, CellFigures.Of(result));
        foreach (Func<Cell, object?> value in _values)
            Append(row, value(cell));
        row.EndRow();
    }

    private static Dictionary<string, Func<Cell, object?>> Definitions()
    {
        Dictionary<string, Func<Cell, object?>> known = new(StringComparer.Ordinal)
        {
            ["run"] = cell => cell.Run,
            ["cell"] = cell => cell.Result.Cell,
            ["grade"] = cell => cell.Result.Grade.Level.ToString(),
            ["events_lost"] = cell => cell.Result.Grade.Lost,
            ["unmet"] = cell => cell.Result.Unmet,
            ["asked_for"] = cell => cell.Result.AskedFor == cell.Result.Policy || cell.Result.AskedFor.Length == 0 ? null : cell.Result.AskedFor,
            ["cost_basis"] = cell => cell.Figures.CostNs.Basis,
            ["cost_unpriced"] = cell => Joined(cell.Figures.CostNs.Unpriced),
            ["cost_other_era"] = cell => cell.Figures.CostNs.IsOtherEra,
            ["difference_to_pages_bound"] = cell => cell.Figures.CostNs.DifferenceToPagesBound,
            ["create_join_unpriced"] = cell => Joined(cell.Figures.CreateJoinCostNs.Unpriced),
            ["policy_origin"] = cell => cell.Result.PolicyOrigin,
            ["cost_fingerprint"] = cell => cell.Result.Conditions.Costs.Fingerprint,
            ["policy_version"] = cell => cell.Result.PolicyVersion,
            ["engine_version"] = cell => cell.Result.EngineVersion,
        };
        foreach (ConditionColumn column in ConditionDefinition.Kept.Select(condition => condition.Column!))
            known.Add(column.Name, cell => column.Value(cell.Result.Conditions));
        foreach (FigureDefinition figure in FigureDefinition.All)
            known.Add(figure.Column, cell => figure.Value(cell.Figures));
        return known;
    }

    private static string? Joined(IEnumerable<string>? names) => names is null ? null : string.Join(", ", names);

    private static void Append(IDuckDBAppenderRow row, object? value) => _ = value switch
    {
        null => row.AppendNullValue(),
        long number => row.AppendValue(number),
        int number => row.AppendValue(number),
        double number => row.AppendValue(number),
        bool truth => row.AppendValue(truth),
        string text => row.AppendValue(text),
        _ => throw new NotSupportedException($"No column holds a {value.GetType().Name}."),
    };

    private sealed record Cell(long Run, CellResult Result, CellFigures Figures);
}
