using System.Buffers;
using System.Text.Json;

namespace ForkTrace.Analytics;

/// <summary>
/// Writes a query's rows as a JSON array of objects, one object per line. Integers are written with all their digits, whatever their
/// width; NaN and infinities, which JSON has no numbers for, are the texts <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>. Where
/// two columns have one name, the later ones get <c>_1</c>, <c>_2</c> and so on. Characters that reorder or hide text are escaped.
/// </summary>
public static class ResultJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = PlainJsonEncoder.Instance };

    /// <summary>What the text of such rows begins with: one if there are rows, the other if there are none.</summary>
    public static ImmutableArray<string> Beginnings(ImmutableArray<QueryColumn> columns) => columns.IsEmpty
        ? ["[\n]\n"]
        : [$"[\n{{\"{PlainJsonEncoder.Instance.Encode(columns[0].Name)}\":", "[\n]\n"];

    /// <summary>Writes what is left of a result.</summary>
    /// <exception cref="ResultsDatabaseException">The engine failed while it computed a row; the rows before it are written.</exception>
    public static void Write(QueryResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        ImmutableArray<string> names = UniqueNames(result.Columns);
        ArrayBufferWriter<byte> row = new();
        using Utf8JsonWriter json = new(row, s_options);
        writer.Write('[');
        for (bool isFirst = true; result.Read(); isFirst = false)
        {
            WriteRow(json, result, names);
            writer.Write(isFirst ? "\n" : ",\n");
            writer.Write(Encoding.UTF8.GetString(row.WrittenSpan));
            row.ResetWrittenCount();
            json.Reset(row);
        }

        writer.Write("\n]\n");
    }

    private static void WriteRow(Utf8JsonWriter json, QueryResult result, ImmutableArray<string> names)
    {
        json.WriteStartObject();
        for (int column = 0; column < names.Length; column++)
        {
            json.WritePropertyName(names[column]);
            WriteValue(json, result[column], result.Columns[column]);
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value, QueryColumn column)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case double number when !double.IsFinite(number):
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case float number when !float.IsFinite(number):
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case string text when column.IsNumeric || (column.IsJson && IsValid(text)):
                json.WriteRawValue(PlainJsonEncoder.EscapeHidden(text), skipInputValidation: true);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case IFormattable number:
                json.WriteRawValue(number.ToString(null, CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    // DuckDB writes the NaN of a list as NaN, which is not JSON: such a value goes out as text.
    private static bool IsValid(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ImmutableArray<string> UniqueNames(ImmutableArray<QueryColumn> columns)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(columns.Length);
        foreach (QueryColumn column in columns)
        {
            string name = column.Name;
            for (int suffix = 1; !taken.Add(name); suffix++)
                name = string.Create(CultureInfo.InvariantCulture, $"{column.Name}_{suffix}");
            names.Add(name);
        }

        return names.DrainToImmutable();
    }
}
