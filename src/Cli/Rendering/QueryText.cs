namespace ForkTrace.Cli.Rendering;

/// <summary>
/// Writes a query's rows: as a table or as lines for a person, as CSV or JSON for programs. If there are many rows, a table on a terminal
/// shows the first and the last of them, as DuckDB's own shell does; <c>--wide</c>, a pipe or a file get more.
/// </summary>
internal static class QueryText
{
    // The widths of a table depend on all its rows, so they are kept in memory.
    private const int TableRowsMax = 10_000;

    // If there are more rows than fit at both ends, only the first and the last are shown.
    private const int EndRows = 20;

    // Beyond this number, rows are no longer read: it would take too long to reach the last ones.
    private const int CountedRowsMax = 1_000_000;

    public static void Write(Terminal terminal, QueryResult rows, string format)
    {
        using TextWriter? harmless = Terminal.OutIsTerminal ? new HarmlessWriter(terminal.Out) : null;
        switch (format)
        {
            case "csv":
                ResultCsv.Write(rows, harmless ?? terminal.Out);
                break;
            case "json":
                ResultJson.Write(rows, harmless ?? terminal.Out);
                break;
            case "line":
                WriteLines(terminal, rows);
                break;
            default:
                WriteTable(terminal, rows);
                break;
        }
    }

    private static void WriteTable(Terminal terminal, QueryResult rows)
    {
        if (rows.Columns.IsEmpty)
            return;
        TextTable table = new();
        for (int column = 0; column < rows.Columns.Length; column++)
            table.AddColumn(rows.Columns[column].Name, rows.Columns[column].IsNumeric, FromTheEnds(column, rows.Columns.Length));
        bool isCut = terminal.Width < Terminal.Unlimited;
        (List<string[]> first, List<string[]> last, long count) = Read(rows, isCut ? 2 * EndRows : TableRowsMax, isCut ? EndRows : 0);
        foreach (string[] row in first)
            table.AddRow(row);
        if (last.Count > 0 && count > first.Count + last.Count)
            table.AddRow(rows.Columns.Select(_ => "·"));
        foreach (string[] row in last)
            table.AddRow(row);
        table.Write(terminal);
        if (count == first.Count + last.Count)
            return;
        if (isCut)
            terminal.Out.WriteLine($" {Counted(count)} rows, of which {first.Count + last.Count} are shown (--wide shows more, --format csv all)");
        else
            Terminal.Note($"forktrace: only the first {Readable.Count(TableRowsMax)} rows are shown; --format csv writes all");
    }

    // The first rows, or the first and the last if there are many. Counts all rows, up to CountedRowsMax.
    private static (List<string[]> First, List<string[]> Last, long Count) Read(QueryResult rows, int rowsMax, int endRows)
    {
        List<string[]> first = [];
        Queue<string[]> last = [];
        long count = 0;
        while (count <= CountedRowsMax && rows.Read())
        {
            count++;
            if (first.Count < rowsMax)
            {
                first.Add(Texts(rows));
                continue;
            }

            if (endRows == 0)
                break;
            last.Enqueue(Texts(rows));
            if (last.Count > endRows)
                last.Dequeue();
        }

        if (last.Count == 0 || count > CountedRowsMax)
            return (first, [], count);

        // If few rows follow, some of the first rows are also among the last.
        string[][] tail = [.. first.Skip(endRows).Concat(last).TakeLast(endRows)];
        return (first[..endRows], [.. tail], count);
    }

    private static string[] Texts(QueryResult rows) =>
        [.. Enumerable.Range(0, rows.Columns.Length).Select(column => rows.Text(column) ?? "NULL")];

    private static string Counted(long count) =>
        count > CountedRowsMax ? $"More than {Readable.Count(CountedRowsMax)}" : Readable.Count(count);

    // One line per column, and an empty line between rows.
    private static void WriteLines(Terminal terminal, QueryResult rows)
    {
        int width = rows.Columns.Select(column => TextTable.WidthOf(EscapedText.Of(column.Name))).DefaultIfEmpty(0).Max();
        for (bool isFirst = true; rows.Read(); isFirst = false)
        {
            if (!isFirst)
                terminal.Out.WriteLine();
            for (int column = 0; column < rows.Columns.Length; column++)
            {
                string name = EscapedText.Of(rows.Columns[column].Name);
                string blanks = new(' ', width - TextTable.WidthOf(name));
                terminal.Out.WriteLine($"{blanks}{name} = {EscapedText.Of(rows.Text(column) ?? "NULL")}");
            }
        }
    }

    // If not all columns fit, those in the middle are dropped first.
    private static int FromTheEnds(int column, int columns) => Math.Min(2 * column, (2 * (columns - 1 - column)) + 1);
}
