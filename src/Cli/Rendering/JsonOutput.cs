using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ForkTrace.Cli.Rendering;

/// <summary>Writes one JSON document to standard output, indented, with a line's end.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = new PlainJsonEncoder() };

    /// <summary>Writes a record, by generated code.</summary>
    public static void Write<T>(Terminal terminal, T document, JsonTypeInfo<T> type) =>
        Write(terminal, writer => JsonSerializer.Serialize(writer, document, type));

    /// <summary>Writes what no record describes.</summary>
    public static void Write(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(terminal.OutBytes, s_options))
            write(writer);
        terminal.OutBytes.WriteByte((byte)'\n');
    }

    /// <summary>JSON without line ends, escaped like the documents, for other places than standard output.</summary>
    public static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes, s_options with { Indented = false, MaxDepth = 1000 }))
            write(writer);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A text, or null where it is empty: empty means unknown.</summary>
    public static string? Known(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>
/// JSON strings that a person can read (quotes, plus and non-ASCII letters as they are) and that do a terminal no harm: controls of
/// either set and characters that reorder or hide text are escaped.
/// </summary>
internal sealed class PlainJsonEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder s_readable = UnsafeRelaxedJsonEscaping;

    public override int MaxOutputCharactersPerInputCharacter => Math.Max(s_readable.MaxOutputCharactersPerInputCharacter, 12);

    public override bool WillEncode(int unicodeScalar) => s_readable.WillEncode(unicodeScalar) || IsHidden(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        ReadOnlySpan<char> rest = new(text, textLength);
        for (int index = 0; index < rest.Length;)
        {
            bool isWhole = Rune.DecodeFromUtf16(rest[index..], out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (!isWhole || WillEncode(rune.Value))
                return index;
            index += used;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        s_readable.WillEncode(unicodeScalar)
            ? s_readable.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten)
            : Default.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    private static bool IsHidden(int unicodeScalar) =>
        unicodeScalar > 0x7E
        && CharUnicodeInfo.GetUnicodeCategory(unicodeScalar) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
