using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ForkTrace.Cli.Rendering;

/// <summary>Writes one indented JSON document and a line end to standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = PlainJsonEncoder.Instance };

    /// <summary>Writes a record, with generated code.</summary>
    public static void Write<T>(Terminal terminal, T document, JsonTypeInfo<T> type) =>
        Write(terminal, writer => JsonSerializer.Serialize(writer, document, type));

    /// <summary>Writes JSON that no record describes.</summary>
    public static void Write(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(terminal.OutBytes, s_options))
            write(writer);
        terminal.OutBytes.WriteByte((byte)'\n');
    }

    /// <summary>JSON on one line, escaped like the documents, for places other than standard output.</summary>
    public static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes, s_options with { Indented = false, MaxDepth = 1000 }))
            write(writer);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Null for an empty text, because empty means unknown.</summary>
    public static string? Known(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
