using System.Globalization;
using System.Text;

namespace ForkTrace.Cli.Rendering;

/// <summary>
/// Text from outside (task names, file names, command lines, SQL values) made safe to show on a terminal: one line, no escape
/// sequences, nothing that reorders or hides what stands beside it. A character that is not shown as it is becomes <c>\xNN</c> or
/// <c>\uNNNN</c>.
/// </summary>
internal static class EscapedText
{
    /// <summary>The text with every dangerous character spelt out.</summary>
    public static string Of(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (IsDangerous(text, index))
                return Escape(text, index);
        }

        return text;
    }

    private static string Escape(string text, int first)
    {
        StringBuilder escaped = new(text, 0, first, text.Length + 16);
        for (int index = first; index < text.Length; index++)
        {
            char letter = text[index];
            if (!IsDangerous(text, index))
                escaped.Append(letter);
            else if (letter <= 0xFF)
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }

        return escaped.ToString();
    }

    private static bool IsDangerous(string text, int index)
    {
        char letter = text[index];
        if (char.IsAscii(letter))
            return char.IsControl(letter);
        if (char.IsSurrogate(letter))
            return !IsPaired(text, index);
        return char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
    }

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index])
        ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
        : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
