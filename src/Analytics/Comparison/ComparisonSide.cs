using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Comparison;

/// <summary>One of the two things compared: the latest result of each cell in a database, one of its runs, or a baseline file.</summary>
/// <param name="Name">What a person calls it: a path, with the run's number where one was chosen.</param>
/// <param name="Cells">Its cells, in a stable order.</param>
/// <param name="Metrics">Names of the figures, in the database's order.</param>
public sealed record ComparisonSide(string Name, ImmutableArray<ComparedCell> Cells, ImmutableArray<string> Metrics)
{
    private const string Columns =
        "cell, trace, trace_digest, policy, parameters, cost_model, seed, version, grade, unmet, policy_version, engine_version";

    /// <summary>The condition that only the figures <c>vfree_*_bytes</c> depend on.</summary>
    internal const string VfreeDelay = "vfree_delay_ns";

    /// <summary>Between two conditions of a cell.</summary>
    internal const string ConditionSeparator = "; ";

    // Under what a cell was replayed: part of its question, beside what is above.
    private const string Conditions = $"warmup_ns, starts_full, rcu_model, pins, topology, {VfreeDelay}";

    // Not figures: when and how a run was made, what parameters say already, how time was cut.
    private const string Others = "run, started_at, label, git_commit, command, kernel, capacity, window_ns";

    private static readonly string[] s_texts = $"{Columns}, {Conditions}".Split(", ");
    private static readonly int s_firstCondition = Columns.Split(", ").Length;

    private static readonly string s_vfreeDelayDefault = ReplayPlan.DefaultVfreeDelayNs.ToString(CultureInfo.InvariantCulture);

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
            : $"QUALIFY run = max(run) OVER (PARTITION BY trace, policy, parameters, cost_model, seed, {Conditions})";
        using QueryResult rows = database.Query(
            $"SELECT {Columns}, {Conditions}, * EXCLUDE ({Columns}, {Conditions}, {Others}) FROM history {which} "
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
        rows.Text(0)!,
        rows.Text(1)!,
        rows.Text(2)!,
        rows.Text(3)!,
        rows.Text(4)!,
        rows.Text(5)!,
        rows.Text(6)!,
        rows.Text(7)!,
        rows.Text(8),
        rows.Text(9),
        metrics.ToImmutableDictionary(
            metric => metric.Name,
            metric => rows.Text(metric.Column) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : (double?)null))
    {
        PolicyVersion = Version(rows.Text(10)),
        EngineVersion = Version(rows.Text(11)),
        Conditions = string.Join(ConditionSeparator, Enumerable.Range(s_firstCondition, s_texts.Length - s_firstCondition)
            .Where(column => rows.Text(column) is { } text && !IsDefault(s_texts[column], text))
            .Select(column => $"{s_texts[column]}={rows.Text(column)}")),
    };

    // What a condition is where nobody asked for another.
    private static bool IsDefault(string condition, string text) =>
        condition == VfreeDelay ? text == s_vfreeDelayDefault : text is "0" or "false" or "";

    private static int? Version(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
