using System.Buffers;

namespace ForkTrace.Events;

/// <summary>
/// A text as a field of a CSV file (RFC 4180). Spreadsheets treat a field that begins with <c>= + - @</c>, a tab or a carriage return as a
/// formula. Such a text gets an apostrophe before it, so that a task's name is never a formula. Numbers are written without it.
/// </summary>
public static class CsvText
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>The field, quoted if necessary.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;
        return safe.AsSpan().IndexOfAny(s_quoted) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
