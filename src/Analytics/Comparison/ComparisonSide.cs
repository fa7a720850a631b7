namespace ForkTrace.Analytics.Comparison;

/// <summary>One of the two things compared: the latest result of each cell in a database, one of its runs, or a baseline file.</summary>
/// <param name="Name">What a person calls it: a path, with the run's number where one was chosen.</param>
/// <param name="Cells">Its cells, in a stable order.</param>
/// <param name="Metrics">Names of the figures, in the database's order.</param>
public sealed record ComparisonSide(string Name, ImmutableArray<ComparedCell> Cells, ImmutableArray<string> Metrics)
{
    private const string Columns =
        "cell, trace, trace_digest, policy, parameters, cost_model, seed, version, grade, unmet, policy_version, engine_version, "
        + "policy_origin, cost_fingerprint, asked_for";

    // Columns that are not figures: time and command of a run, values that the parameters already contain, the length of windows.
    private const string Others = "run, started_at, label, git_commit, command, kernel, capacity, window_ns";

    // The conditions of a cell. They are a part of its question, in addition to the columns above.
    private static readonly string s_conditions = CellConditions.Columns;
    private static readonly string[] s_texts = $"{Columns}, {s_conditions}".Split(", ");
    private static readonly int s_firstCondition = Columns.Split(", ").Length;

    /// <summary>Reads a side.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="run">A run's number; null for the latest result of each cell.</param>
    /// <exception cref="ResultsDatabaseException">There is no such run, or no result at all.</exception>
    public static ComparisonSide Read(ResultsDatabase database, string name, long? run = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        string which = run is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"WHERE run = {number}")
            : $"QUALIFY run = max(run) OVER (PARTITION BY trace, policy, parameters, cost_model, seed, {s_conditions})";
        using QueryResult rows = database.Query(
            $"SELECT {Columns}, {s_conditions}, * EXCLUDE ({Columns}, {s_conditions}, {Others}) FROM history {which} "
            + "ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell, run");
        ImmutableArray<ComparedCell>.Builder cells = ImmutableArray.CreateBuilder<ComparedCell>();
        ImmutableArray<(string Name, int Column)> metrics = [.. rows.Columns
            .Select((column, index) => (column, index))
            .Where(pair => pair.index >= s_texts.Length && pair.column.IsNumeric)
            .Select(pair => (pair.column.Name, pair.index))];
        while (rows.Read())
            cells.Add(ReadCell(rows, metrics));
        if (cells.Count == 0)
            throw new ResultsDatabaseException(ResultsFault.Content, $"{name} holds no result");
        return new ComparisonSide(name, cells.DrainToImmutable(), [.. metrics.Select(metric => metric.Name)]);
    }

    private static ComparedCell ReadCell(QueryResult rows, ImmutableArray<(string Name, int Column)> metrics) => new(
        rows.TextOf(0),
        rows.TextOf(1),
        rows.TextOf(2),
        rows.TextOf(3),
        rows.TextOf(4),
        rows.TextOf(5),
        rows.TextOf(6),
        rows.TextOf(7),
        rows.Text(8),
        rows.Text(9),
        metrics.ToImmutableDictionary(metric => metric.Name, metric => rows.Number(metric.Column)))
    {
        PolicyVersion = VersionOf(rows, 10),
        EngineVersion = VersionOf(rows, 11),
        PolicyOrigin = rows.Text(12),
        CostFingerprint = rows.Text(13),
        AskedFor = rows.Text(14),
        Conditions = ComparedConditions.Text(Enumerable.Range(s_firstCondition, s_texts.Length - s_firstCondition)
            .Select(column => (s_texts[column], rows.Text(column)))),
    };

    private static int? VersionOf(QueryResult rows, int column) => rows.WholeNumber(column) switch
    {
        null => null,
        >= 0 and <= int.MaxValue and { } version => (int)version,
        _ => throw rows.Unexpected(column),
    };
}
