using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Rendering;

/// <summary>Writes one JSON document to standard output, indented, with a line's end.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = new PlainJsonEncoder() };

    /// <summary>Writes a document of <see cref="JsonDocuments"/>.</summary>
    public static void Write<T>(Terminal terminal, T document, JsonTypeInfo<T> type) =>
        Write(terminal, writer => JsonSerializer.Serialize(writer, document, type));

    /// <summary>Writes what no record describes.</summary>
    public static void Write(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(terminal.OutBytes, s_options))
            write(writer);
        terminal.OutBytes.WriteByte((byte)'\n');
    }

    /// <summary>A text, or null where it is empty: empty means unknown.</summary>
    public static string? Known(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>The shapes of docs/json.md: each is a record, written by generated code, without reflection.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(ConformanceDocument))]
[JsonSerializable(typeof(CostModelsDocument))]
[JsonSerializable(typeof(FormatsDocument))]
[JsonSerializable(typeof(IngestDocument))]
[JsonSerializable(typeof(InspectionDocument))]
[JsonSerializable(typeof(PageDocument))]
[JsonSerializable(typeof(PoliciesDocument))]
[JsonSerializable(typeof(RecordingDocument))]
[JsonSerializable(typeof(ResultsDocument))]
[JsonSerializable(typeof(ValidationDocument))]
internal sealed partial class JsonDocuments : JsonSerializerContext;

/// <summary>What <c>report html --json</c> says.</summary>
internal sealed record PageDocument(string Output, long SizeBytes);
