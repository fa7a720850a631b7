namespace ForkTrace.Cli.Rendering;

/// <summary>A query's rows: as a table for a person, as CSV or JSON for programs.</summary>
internal static class QueryText
{
    // A table is laid out whole, so its rows are held in memory.
    private const int TableRowsMax = 10_000;

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
        foreach (QueryColumn column in rows.Columns)
            table.AddColumn(column.Name, column.IsNumeric);
        int count = 0;
        bool isCut = false;
        for (; rows.Read(); count++)
        {
            isCut = count == TableRowsMax;
            if (isCut)
                break;
            table.AddRow(Enumerable.Range(0, rows.Columns.Length).Select(column => rows.Text(column) ?? "NULL"));
        }

        table.Write(terminal);
        if (isCut)
            Terminal.Note($"forktrace: only the first {Readable.Count(TableRowsMax)} rows are shown; --format csv writes all");
    }
}
