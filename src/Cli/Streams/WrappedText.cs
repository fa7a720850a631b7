namespace ForkTrace.Cli.Streams;

/// <summary>Texts made to fit: cut into lines between words, or shortened in the middle.</summary>
internal static class WrappedText
{
    private const char Ellipsis = '…';

    /// <summary>The lines of a text; those after the first are indented. A word that is longer than a line is not cut.</summary>
    /// <param name="text">One line of text.</param>
    /// <param name="width">Columns of a line.</param>
    /// <param name="indent">Blanks before lines after the first.</param>
    public static IEnumerable<string> Lines(string text, int width, int indent = 0)
    {
        string margin = "";
        string rest = text;
        while (margin.Length + rest.Length > width)
        {
            int room = width - margin.Length;
            int first = rest.Length - rest.TrimStart(' ').Length;
            int cut = room > 0 ? rest.LastIndexOf(' ', Math.Min(room, rest.Length - 1)) : -1;
            if (cut <= first)
                cut = rest.IndexOf(' ', Math.Clamp(room, first, rest.Length));
            if (cut < 0)
                break;
            yield return margin + rest[..cut].TrimEnd();
            rest = rest[cut..].TrimStart();
            margin = new string(' ', indent);
        }

        yield return margin + rest;
    }

    /// <summary>A shell command over several lines, each but the last ending in a backslash. It is not cut within quotes.</summary>
    public static IEnumerable<string> CommandLines(string command, int width, int indent)
    {
        string text = command.TrimStart(' ');
        string line = "";
        foreach (string word in Words(text))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length + 2 > width)
            {
                yield return $"{line} \\";
                line = new string(' ', indent) + word;
            }
            else
            {
                line = line.Length == 0 ? command[..^text.Length] + word : $"{line} {word}";
            }
        }

        yield return line;
    }

    /// <summary>A text of at most so many columns: its middle is left out, more of its beginning than of its end stays.</summary>
    public static string Shorten(string text, int columns)
    {
        if (text.Length <= columns)
            return text;
        int end = (columns - 1) / 3;
        int start = columns - 1 - end;

        // Halves of a character stay together.
        if (char.IsHighSurrogate(text[start - 1]))
            start--;
        if (end > 0 && char.IsLowSurrogate(text[^end]))
            end--;
        return $"{text[..start]}{Ellipsis}{text[(text.Length - end)..]}";
    }

    // An option stays with the value that follows it.
    private static IEnumerable<string> Words(string command)
    {
        StringBuilder word = new();
        char quote = '\0';
        for (int index = 0; index < command.Length; index++)
        {
            char letter = command[index];
            if (quote == '\0' && letter is '\'' or '"')
                quote = letter;
            else if (letter == quote)
                quote = '\0';
            bool endsOption = word.Length > 0 && word[0] == '-' && !word.ToString().Contains(' ', StringComparison.Ordinal)
                && index + 1 < command.Length && command[index + 1] != '-';
            if (letter == ' ' && quote == '\0' && !endsOption)
            {
                yield return word.ToString();
                word.Clear();
            }
            else
            {
                word.Append(letter);
            }
        }

        yield return word.ToString();
    }
}
