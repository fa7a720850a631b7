using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Tests.Model;

/// <summary>
/// A schema and batches with every value as text, in a form that this library, the judge and a person agree on: integers and times as
/// decimal numbers, floats as the hex of their bits, bytes as hex, lists as arrays, null as null.
/// </summary>
internal sealed record TestTable(ArrowSchema Schema, IReadOnlyList<TestBatch> Batches)
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole table as one line; two tables are equal if their lines are.</summary>
    public string ToJson()
    {
        JsonArray fields = [.. Schema.Fields.Select(field => new JsonObject
        {
            ["name"] = field.Name,
            ["type"] = field.Type.ToString(),
            ["nullable"] = field.IsNullable,
            ["metadata"] = Pairs(field.Metadata),
        })];
        JsonArray batches = [.. Batches.Select(batch => new JsonObject
        {
            ["rows"] = batch.Rows,
            ["columns"] = new JsonArray([.. batch.Columns.Select(column => (JsonNode)new JsonArray([.. column.Select(Value)]))]),
        })];
        JsonObject table = new() { ["metadata"] = Pairs(Schema.Metadata), ["fields"] = fields, ["batches"] = batches };
        return table.ToJsonString(s_json);
    }

    /// <summary>The same JSON in the spelling of <see cref="ToJson"/>.</summary>
    public static string Normalize(string json) => JsonNode.Parse(json)!.ToJsonString(s_json);

    /// <summary>A table from what a reader gives.</summary>
    public static TestTable Of(ArrowSchema schema, IEnumerable<RecordBatch> batches) =>
        new(schema, [.. batches.Select(batch => new TestBatch(batch.RowCount, [.. batch.Columns.Select(ColumnTexts.Read)]))]);

    /// <summary>The table without its custom metadata and with the batches given.</summary>
    public static TestTable OneColumn(ArrowType type, bool isNullable, params object?[][] batches) => new(
        new ArrowSchema([new ArrowField("x", type, isNullable)]), [.. batches.Select(values => new TestBatch(values.Length, [values]))]);

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        object?[] list => new JsonArray([.. list.Select(Value)]),
        _ => JsonValue.Create((string)value),
    };

    private static JsonArray Pairs(ArrowMetadata metadata) =>
        [.. metadata.Select(pair => new JsonArray(JsonValue.Create(pair.Key), JsonValue.Create(pair.Value)))];
}
