using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Analytics.Html;

/// <summary>
/// The numbers of a report as JSON: each table is an object of <c>columns</c> and <c>rows</c>. A column added to the view
/// <c>summary</c> appears on the page without a change here. The default encoder spells out <c>&lt; &gt; &amp; '</c>, U+2028, U+2029 and
/// whatever is not ASCII, so no text of a recording can end the script element that holds the JSON.
/// </summary>
internal static class ReportData
{
    /// <summary>Nothing that could end the script element.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.Default };

    public static byte[] Read(ResultsDatabase database, HtmlReportChoice choice)
    {
        using MemoryStream json = new();
        List<string> recordings = [];
        using (Utf8JsonWriter writer = new(json, Options))
        {
            writer.WriteStartObject();
            WriteDescriptions(writer, database);
            foreach ((string name, string sql) in ReportQueries.Of(choice))
            {
                int rows = WriteTable(writer, database.Query(sql), name, recordings);
                if (name == "cells" && rows == 0)
                    throw new ResultsDatabaseException(ResultsFault.Content, $"{database.FilePath} holds no result to show");
            }

            WriteQuantiles(writer, recordings.Count);
            WriteAnswers(writer, database, recordings);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    private static void WriteDescriptions(Utf8JsonWriter writer, ResultsDatabase database)
    {
        writer.WriteStartObject("descriptions");
        foreach (SchemaColumn column in database.ColumnsOf("summary"))
            writer.WriteString(column.Name, column.Description);
        writer.WriteEndObject();
    }

    private static void WriteAnswers(Utf8JsonWriter writer, ResultsDatabase database, List<string> recordings)
    {
        (ImmutableArray<RunAnswer> each, RunAnswer? all) = ReportAnswers.Read(database, recordings);
        writer.WriteStartArray("answers");
        foreach (RunAnswer answer in each)
            WriteAnswer(writer, answer);
        writer.WriteEndArray();
        writer.WritePropertyName("answer_over_all");
        if (all is null)
            writer.WriteNullValue();
        else
            WriteAnswer(writer, all);
    }

    private static void WriteAnswer(Utf8JsonWriter writer, RunAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteString("kernel", answer.Kernel);
        writer.WriteString("change", answer.Change);
        writer.WriteEndObject();
    }

    // For 2, 3, ... recordings: half the width of the mean's interval, in standard errors.
    private static void WriteQuantiles(Utf8JsonWriter writer, int recordings)
    {
        writer.WriteStartArray("student");
        for (int count = 2; count <= recordings; count++)
            writer.WriteNumberValue(Sample.Quantile(count - 1));
        writer.WriteEndArray();
    }

    // Rows refer to their recording by its index on the page, not by its digest.
    public static int WriteTable(Utf8JsonWriter writer, QueryResult table, string name, List<string> recordings)
    {
        using QueryResult rows = table;
        int recording = name is "cells" ? -1 : rows.Columns.Select(column => column.Name).ToList().IndexOf("trace_digest");
        int digest = name is "traces" ? rows.Columns.Select(column => column.Name).ToList().IndexOf("digest") : -1;
        writer.WriteStartObject(name);
        writer.WriteStartArray("columns");
        for (int column = 0; column < rows.Columns.Length; column++)
            writer.WriteStringValue(column == recording ? "recording" : rows.Columns[column].Name);
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        int count = 0;
        for (; rows.Read(); count++)
        {
            if (digest >= 0)
                recordings.Add(rows.Text(digest) ?? throw rows.Unexpected(digest));
            writer.WriteStartArray();
            for (int column = 0; column < rows.Columns.Length; column++)
                WriteValue(writer, column == recording ? recordings.IndexOf(rows.Text(column) ?? "") : rows[column]);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return count;
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case double number when !double.IsFinite(number):
                writer.WriteNullValue();
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case float number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                writer.WriteRawValue(((IFormattable)value).ToString(value is BigInteger ? "R" : null, null));
                break;
        }
    }
}
