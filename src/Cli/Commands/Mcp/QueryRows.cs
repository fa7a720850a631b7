using System.Text.Json;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// A query's rows for an agent: first the names and types of the columns, then each row as an array. Lists, structs and maps are JSON in a text.
/// NaN and infinities are texts.
/// </summary>
internal static class QueryRows
{
    /// <summary>Runs statements, which can reach no file. Reads as many rows of the last one as an answer can hold.</summary>
    public static JsonElement Read(ResultsDatabase database, string sql)
    {
        using QueryResult rows = database.Query(sql);
        byte[] answer = JsonOutput.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (QueryColumn column in rows.Columns)
                json.WriteStringValue($"{column.Name} {column.Type}");
            json.WriteEndArray();
            json.WriteStartArray("rows");
            bool isCut = false;
            while (!isCut && rows.Read())
            {
                WriteRow(json, rows);
                isCut = json.BytesCommitted + json.BytesPending > AnswerPages.AnswerBytesMax;
            }

            json.WriteEndArray();
            json.WriteBoolean("rows_cut", isCut);
            json.WriteEndObject();
        });
        using JsonDocument document = JsonDocument.Parse(answer);
        return document.RootElement.Clone();
    }

    private static void WriteRow(Utf8JsonWriter json, QueryResult rows)
    {
        json.WriteStartArray();
        for (int column = 0; column < rows.Columns.Length; column++)
        {
            object? value = rows[column];
            if (value is null)
                json.WriteNullValue();
            else if (value is bool truth)
                json.WriteBooleanValue(truth);
            else if (rows.Columns[column].IsNumeric && rows.Text(column) is { } number && char.IsAsciiDigit(number[^1]))
                json.WriteRawValue(number, skipInputValidation: true);
            else
                json.WriteStringValue(rows.Text(column));
        }

        json.WriteEndArray();
    }
}
