namespace ForkTrace.Analytics;

/// <summary>
/// Writes a query's rows as RFC 4180 text with a header line, lines ended by a line feed. NULL is an empty field, an empty text is
/// <c>""</c>, and texts are as <see cref="CsvText"/> has them. Numbers are as in every culture's C; infinities are <c>Infinity</c> and
/// <c>-Infinity</c>, and no number is <c>NaN</c>.
/// </summary>
public static class ResultCsv
{
    /// <summary>The header line.</summary>
    public static string Head(IEnumerable<QueryColumn> columns) => $"{string.Join(',', columns.Select(column => Field(column.Name)))}\n";

    /// <summary>Writes what is left of a result.</summary>
    /// <exception cref="ResultsDatabaseException">The engine failed while it computed a row; the rows before it are written.</exception>
    public static void Write(QueryResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        int columns = result.Columns.Length;
        if (columns == 0)
            return;
        writer.Write(Head(result.Columns));
        while (result.Read())
        {
            for (int column = 0; column < columns; column++)
            {
                if (column > 0)
                    writer.Write(',');
                string? text = result.Text(column);
                writer.Write(result.Columns[column].IsNumeric ? text : Field(text));
            }

            writer.Write('\n');
        }
    }

    // NULL is an empty field, so an empty text needs its quotes.
    private static string? Field(string? text) => text is "" ? "\"\"" : text is null ? null : CsvText.Of(text);
}
