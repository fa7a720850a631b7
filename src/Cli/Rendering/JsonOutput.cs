using System.Text.Json;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Rendering;

/// <summary>Writes one JSON document to standard output, indented, with a line's end.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = new PlainJsonEncoder() };

    public static void Write(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(terminal.OutBytes, s_options))
            write(writer);
        terminal.OutBytes.WriteByte((byte)'\n');
    }

    /// <summary>A text, or null where it is empty: empty means unknown.</summary>
    public static void WriteTextOrNull(this Utf8JsonWriter writer, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            writer.WriteNull(name);
        else
            writer.WriteString(name, text);
    }

    /// <summary>A number, or null where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <summary>A whole number, or null where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }
}
