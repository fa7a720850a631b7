using System.Text.Encodings.Web;

namespace ForkTrace.Events;

/// <summary>
/// JSON strings that people can read (quotes, plus and non-ASCII letters unescaped) and that are safe for terminals: control characters,
/// and characters that reorder or hide text, are escaped.
/// </summary>
public sealed class PlainJsonEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder s_readable = UnsafeRelaxedJsonEscaping;

    private PlainJsonEncoder()
    {
    }

    public static PlainJsonEncoder Instance { get; } = new();

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

    /// <summary>Escapes, in existing JSON, the characters that this encoder does not allow. They can only be in strings.</summary>
    public static string EscapeHidden(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (!json.EnumerateRunes().Any(rune => IsHidden(rune.Value)))
            return json;
        StringBuilder escaped = new(json.Length + 16);
        foreach (Rune rune in json.EnumerateRunes())
        {
            string text = rune.ToString();
            escaped.Append(IsHidden(rune.Value) ? string.Concat(text.Select(unit => $"\\u{(int)unit:X4}")) : text);
        }

        return escaped.ToString();
    }

    private static bool IsHidden(int unicodeScalar) =>
        unicodeScalar > 0x7E
        && CharUnicodeInfo.GetUnicodeCategory(unicodeScalar) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
