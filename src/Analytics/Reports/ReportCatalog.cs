using System.Collections.Immutable;

namespace ForkTrace.Analytics.Reports;

/// <summary>All reports of this assembly, in ordinal order of name.</summary>
public static class ReportCatalog
{
    public static ImmutableArray<IReport> All { get; } = Find();

    /// <summary>Asks a report of a database.</summary>
    /// <param name="report">The report.</param>
    /// <param name="database">The database.</param>
    /// <param name="trace">Glob over recordings' names; null for all.</param>
    /// <param name="policy">Glob over policies' names; null for all, and for a report without policies.</param>
    public static QueryResult Ask(IReport report, ResultsDatabase database, string? trace = null, string? policy = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(database);
        string traces = trace is null ? "TRUE" : $"trace GLOB {Quote(trace)}";
        string policies = policy is null || !report.HasPolicies ? "TRUE" : $"policy GLOB {Quote(policy)}";
        return database.Query($"SELECT * FROM (\n{report.Select}\n) AS rows WHERE {traces} AND {policies} ORDER BY {report.OrderBy}");
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
