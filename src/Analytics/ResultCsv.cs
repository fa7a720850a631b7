using System.Buffers;

namespace ForkTrace.Analytics;

/// <summary>
/// Writes a query's rows as RFC 4180 text with a header line, lines ended by a line feed. NULL is an empty field and an empty text is
/// <c>""</c>. Numbers are as in every culture's C; infinities are <c>Infinity</c> and <c>-Infinity</c>, and no number is <c>NaN</c>.
/// </summary>
public static class ResultCsv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes what is left of a result.</summary>
    /// <exception cref="ResultsDatabaseException">The engine failed while it computed a row; the rows before it are written.</exception>
    public static void Write(QueryResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        int columns = result.Columns.Length;
        if (columns == 0)
            return;
        for (int column = 0; column < columns; column++)
            WriteField(writer, result.Columns[column].Name, column);
        writer.Write('\n');
        while (result.Read())
        {
            for (int column = 0; column < columns; column++)
                WriteField(writer, result.Text(column), column);
            writer.Write('\n');
        }
    }

    private static void WriteField(TextWriter writer, string? text, int column)
    {
        if (column > 0)
            writer.Write(',');
        if (text is null)
            return;
        if (text.Length > 0 && text.AsSpan().IndexOfAny(s_quoted) < 0)
        {
            writer.Write(text);
            return;
        }

        writer.Write('"');
        writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }
}
