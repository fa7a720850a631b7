using System.Text.RegularExpressions;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// The current views, from the folder Schema/views. A column without a description in its file takes that of the column of the same name in
/// the first relation after FROM and JOIN that has one. <c>{conditions: ...}</c> in a file
/// stands for the columns of conditions.
/// </summary>
internal static partial class SchemaViews
{
    // A view may use the views before it.
    private static readonly string[] s_files = ["results.sql", "parts.sql", "curves.sql", "recordings.sql"];

    private static readonly ImmutableArray<string> s_statements =
        [.. s_files.SelectMany(file => SqlStatements.Split(WithConditions(SchemaScripts.ReadScript($"views/{file}"))))];

    /// <summary>The statements that create them, in order, with the comments of their files.</summary>
    public static ImmutableArray<string> Statements => s_statements;

    /// <summary>Drops the existing ones; the user's own views stay.</summary>
    public static void Drop(DuckDBConnection connection)
    {
        foreach (Match view in s_statements.Select(statement => Head().Match(statement)).Where(view => view.Success))
            connection.Execute($"DROP VIEW IF EXISTS {view.Groups[1].Value}");
    }

    /// <summary>Creates all views, with the comments of their columns.</summary>
    public static void Create(DuckDBConnection connection)
    {
        foreach (string statement in s_statements)
            connection.Execute(statement);
        DescribeColumns(connection);
    }

    // {conditions: max($) AS $} stands for that of each column of a condition.
    private static string WithConditions(string script) =>
        Conditions().Replace(script, place => CellConditions.EachColumn(place.Groups[1].Value));

    // A description in the view's file takes precedence.
    private static void DescribeColumns(DuckDBConnection connection)
    {
        Dictionary<string, Dictionary<string, string>> known = SchemaReader.Read(connection).ToDictionary(
            relation => relation.Name, relation => relation.Columns.ToDictionary(column => column.Name, column => column.Description));
        foreach (string statement in s_statements.Where(statement => Head().IsMatch(statement)))
        {
            string view = Head().Match(statement).Groups[1].Value;
            string[] sources = [.. Source().Matches(statement).Select(source => source.Groups[1].Value).Where(known.ContainsKey)];
            foreach (string column in known[view].Where(column => column.Value.Length == 0).Select(column => column.Key).ToArray())
            {
                string? description = sources.Select(source => known[source].GetValueOrDefault(column)).FirstOrDefault(text => !string.IsNullOrEmpty(text));
                if (description is null)
                    continue;
                known[view][column] = description;
                connection.Execute($"COMMENT ON COLUMN {view}.{column} IS '{description.Replace("'", "''", StringComparison.Ordinal)}'");
            }
        }
    }

    [GeneratedRegex(@"\{conditions: ([^}]+)\}")]
    private static partial Regex Conditions();

    [GeneratedRegex(@"^CREATE VIEW (\w+) AS\b", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex(@"\b(?:FROM|JOIN) (\w+)")]
    private static partial Regex Source();
}
