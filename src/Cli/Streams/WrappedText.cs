namespace ForkTrace.Cli.Streams;

/// <summary>Makes texts fit a width: wraps them between words, or shortens them in the middle.</summary>
internal static class WrappedText
{
    private const char Ellipsis = '…';

    /// <summary>Wraps a text into lines. All but the first are indented. A word longer than a line is not cut.</summary>
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

    /// <summary>Wraps a shell command. Each line but the last ends in a backslash. It is never cut inside quotes.</summary>
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

    /// <summary>Shortens a text to a number of columns: leaves out its middle, and keeps more of the beginning than of the end.</summary>
    public static string Shorten(string text, int columns)
    {
        if (text.Length <= columns)
            return text;
        int end = (columns - 1) / 3;
        int start = columns - 1 - end;

        // Do not separate the two halves of a surrogate pair.
        if (char.IsHighSurrogate(text[start - 1]))
            start--;
        if (end > 0 && char.IsLowSurrogate(text[^end]))
            end--;
        return $"{text[..start]}{Ellipsis}{text[(text.Length - end)..]}";
    }

    // An option and the value after it stay on one line.
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
