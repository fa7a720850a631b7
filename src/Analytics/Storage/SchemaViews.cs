using System.Text.RegularExpressions;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The views as they are now, of the folder Schema/views. A column whose file says nothing of it is described like the column of that
/// name in what the view is made from: the first of the relations behind FROM and JOIN that has one. <c>{conditions: ...}</c> in a file
/// stands for the columns of conditions.
/// </summary>
internal static partial class SchemaViews
{
    // A view may ask those that come before it.
    private static readonly string[] s_files = ["results.sql", "parts.sql", "curves.sql", "recordings.sql"];

    private static readonly ImmutableArray<string> s_statements =
        [.. s_files.SelectMany(file => SqlStatements.Split(WithConditions(SchemaScripts.ReadScript($"views/{file}"))))];

    /// <summary>Drops the existing ones, whatever their text; the user's own views stay.</summary>
    public static void Drop(DuckDBConnection connection)
    {
        foreach (Match view in s_statements.Select(statement => Head().Match(statement)).Where(view => view.Success))
            connection.Execute($"DROP VIEW IF EXISTS {view.Groups[1].Value}");
    }

    /// <summary>Makes all, with the comments of their columns.</summary>
    public static void Create(DuckDBConnection connection)
    {
        foreach (string statement in s_statements)
        {
            connection.Execute(statement);
            if (Head().Match(statement) is { Success: true } view)
                DescribeColumns(connection, view.Groups[1].Value, Source().Matches(statement).Select(source => source.Groups[1].Value));
        }
    }

    // {conditions: max($) AS $} stands for that of each column of a condition.
    private static string WithConditions(string script) =>
        Conditions().Replace(script, place => CellConditions.EachColumn(place.Groups[1].Value));

    // What the view's file says of a column comes later, and instead.
    private static void DescribeColumns(DuckDBConnection connection, string view, IEnumerable<string> sources)
    {
        foreach ((string column, string description) in KnownColumns(connection, view, sources))
            connection.Execute($"COMMENT ON COLUMN {view}.{column} IS '{description.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private static List<(string Name, string Description)> KnownColumns(
        DuckDBConnection connection, string view, IEnumerable<string> sources)
    {
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of this assembly's own relations.
        command.CommandText = $"""
            SELECT own.column_name, arg_min(source.comment, list_position(sources, source.table_name))
            FROM (SELECT ['{string.Join("', '", sources)}'] AS sources), duckdb_columns() AS own
            JOIN duckdb_columns() AS source USING (database_name, schema_name, column_name)
            WHERE database_name = current_database() AND schema_name = current_schema() AND own.table_name = '{view}'
                AND source.table_name IN sources AND source.comment IS NOT NULL
            GROUP BY own.column_name
            """;
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        List<(string, string)> known = [];
        while (reader.Read())
            known.Add((reader.GetString(0), reader.GetString(1)));
        return known;
    }

    [GeneratedRegex(@"\{conditions: ([^}]+)\}")]
    private static partial Regex Conditions();

    [GeneratedRegex(@"^CREATE VIEW (\w+) AS\b", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex(@"\b(?:FROM|JOIN) (\w+)")]
    private static partial Regex Source();
}
