using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Analytics.Reports;

/// <summary>All reports of this assembly, in ordinal order of name.</summary>
public static class ReportCatalog
{
    public static ImmutableArray<IReport> All { get; } = Find();

    /// <summary>Runs a report on a database.</summary>
    /// <param name="report">The report.</param>
    /// <param name="database">The database.</param>
    /// <param name="trace">Glob over recordings' names; null for all.</param>
    /// <param name="policy">Glob over policies' names; null for all, and for a report without policies.</param>
    /// <param name="metric">The figure, for a report that shows one; null for its default and for other reports.</param>
    /// <param name="isFolded">Whether to use the shorter form, if the report has one.</param>
    /// <exception cref="ResultsDatabaseException">There is no such figure, or the query fails.</exception>
    public static QueryResult Ask(
        IReport report,
        ResultsDatabase database,
        string? trace = null,
        string? policy = null,
        string? metric = null,
        bool isFolded = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(database);
        string traces = trace is null || !report.HasTraces ? "TRUE" : $"trace GLOB {Quote(trace)}";
        string policies = policy is null || !report.HasPolicies ? "TRUE" : $"policy GLOB {Quote(policy)}";
        (string select, string orderBy) = isFolded && report.Folded is { } folded ? folded : (report.Select, report.OrderBy);
        if (report.DefaultMetric is { } usual)
            select = select.Replace("{metric}", Metric(database, metric ?? usual), StringComparison.Ordinal);
        select = FleetQueries.For(database, select);
        string rows = report.HasCells
            ? "SELECT trace, policy, parameters, conditions, * EXCLUDE (trace, policy, parameters, conditions, of_cell)\n"
                + $"FROM (\n{select}\n) AS rows\n"
                + $"JOIN (SELECT DISTINCT cell AS of_cell, conditions FROM ({CellConditions.Select})) ON of_cell = rows.cell"
            : $"SELECT * FROM (\n{select}\n) AS rows";
        return database.Query($"{rows}\nWHERE {traces} AND {policies} ORDER BY {orderBy}");
    }

    private static string Metric(ResultsDatabase database, string name)
    {
        string[] notFigures = ["run", "capacity", "seed", "policy_version", "engine_version"];
        string[] figures =
        [
            .. database.ColumnsOf("history")
                .Where(column => column.Type is "BIGINT" or "DOUBLE" && !notFigures.Contains(column.Name))
                .Select(column => column.Name),
        ];
        return figures.Contains(name)
            ? name
            : throw new ResultsDatabaseException(
                ResultsFault.Statement, $"there is no figure '{name}'; there are {string.Join(", ", figures)}");
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static ImmutableArray<IReport> Find()
    {
        IReport[] reports =
        [
            .. typeof(ReportCatalog).Assembly.GetTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IReport)))
                .Select(type => (IReport)Activator.CreateInstance(type)!)
                .OrderBy(report => report.Name, StringComparer.Ordinal),
        ];
        for (int index = 1; index < reports.Length; index++)
        {
            if (reports[index].Name == reports[index - 1].Name)
                throw new InvalidOperationException($"Two reports are named '{reports[index].Name}'.");
        }

        return [.. reports];
    }
}
