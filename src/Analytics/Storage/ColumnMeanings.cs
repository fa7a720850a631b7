using System.Text.Json;
using System.Text.RegularExpressions;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// Descriptions of columns as JSON for the metadata of Parquet files: one member per column, with <c>description</c> and, for values with a
/// unit, <c>unit</c>.
/// </summary>
internal static partial class ColumnMeanings
{
    public static string Json(IEnumerable<EventField> columns)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            foreach (EventField column in columns)
            {
                json.WriteStartObject(column.Name);
                if (column.Unit.Length > 0)
                    json.WriteString("unit", column.Unit);
                json.WriteString("description", column.Description);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>
    /// The member of KV_METADATA for the rows of a statement, behind a comma: a column is described like that of its name in the relations that the statement
    /// names, if those agree. Empty if nothing is known.
    /// </summary>
    public static string OfRows(DuckDBConnection connection, string statement)
    {
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is what the user asks for; DESCRIBE binds it and does not run it. The words are letters.
        command.CommandText = $"""
            SELECT column_name, min(comment)
            FROM duckdb_columns() JOIN (SELECT column_name FROM (DESCRIBE SELECT * FROM (
            {statement}
            ))) USING (column_name)
            WHERE comment IS NOT NULL AND table_name IN ('{string.Join("', '", Word().Matches(statement).Select(word => word.Value).Distinct())}')
            GROUP BY column_name HAVING count(DISTINCT comment) = 1 ORDER BY min(column_index), column_name
            """;
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        List<EventField> known = [];
        while (reader.Read())
            known.Add(new EventField(reader.GetString(0), UnitOf(reader.GetString(0)), reader.GetString(1)));
        return known.Count == 0 ? "" : $", '{EventField.MetadataKey}': '{Json(known).Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static string UnitOf(string column) => column[(column.LastIndexOf('_') + 1)..] is ("ns" or "bytes") and var unit ? unit : "";

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
