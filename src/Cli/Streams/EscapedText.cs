namespace ForkTrace.Cli.Streams;

/// <summary>
/// Text from outside (task names, file names, command lines, SQL values) made safe to show on a terminal: one line, no escape
/// sequences, nothing that reorders or hides the text beside it. A dangerous character becomes <c>\xNN</c> or <c>\uNNNN</c>.
/// </summary>
internal static class EscapedText
{
    /// <summary>The text with every dangerous character escaped.</summary>
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
        UnicodeCategory category = char.IsSurrogate(letter) ? CategoryOfPair(text, index) : char.GetUnicodeCategory(letter);
        return category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.Surrogate;
    }

    // Both halves of a pair get the category of the pair. A half without the other half is a Surrogate.
    private static UnicodeCategory CategoryOfPair(string text, int index)
    {
        int start = char.IsLowSurrogate(text[index]) ? index - 1 : index;
        return start >= 0 && Rune.TryGetRuneAt(text, start, out Rune rune) && rune.Utf16SequenceLength == 2
            ? Rune.GetUnicodeCategory(rune)
            : UnicodeCategory.Surrogate;
    }
}
