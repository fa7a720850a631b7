namespace ForkTrace.Cli.Commands;

/// <summary>Shows a report's rows to a person, as a table or as Markdown. The end of a column's name gives the unit of its numbers.</summary>
internal static class ReportText
{
    private const string Harmless = " .,:;=%+-/()";

    private const int TableRowsMax = 10_000;

    // Columns that distinguish rows. They are left out if they are the same in all rows.
    private static readonly string[] s_keys = ["trace", "cost_model", "seed", "cost_basis", "method", "conditions"];

    // Ids are for programs: only csv and json have them.
    private static readonly string[] s_hidden = ["cell", "trace_digest"];

    public static void Write(Terminal terminal, QueryResult rows, string format)
    {
        if (format is "csv" or "json")
        {
            QueryText.Write(terminal, rows, format);
            return;
        }

        // The parameters include the capacity.
        string repeated = rows.Columns.Any(column => column.Name == "parameters") ? "capacity" : "";
        int[] columns = [.. Enumerable.Range(0, rows.Columns.Length)
            .Where(column => !s_hidden.Contains(rows.Columns[column].Name) && rows.Columns[column].Name != repeated)];
        if (format == "markdown")
            WriteMarkdown(terminal.Out, rows, columns);
        else
            WriteTable(terminal, rows, columns);
    }

    // The widths of a table depend on all its rows, so they are kept in memory. A column that is equal in all rows, or empty, is left out.
    private static void WriteTable(Terminal terminal, QueryResult rows, int[] columns)
    {
        List<string[]> lines = [];
        while (lines.Count < TableRowsMax && rows.Read())
            lines.Add([.. columns.Select(column => Text(rows, column))]);
        if (lines.Count == 0)
            Terminal.Note("forktrace: the report has no rows");
        int[] shared = [.. Enumerable.Range(0, columns.Length).Where(place => s_keys.Contains(rows.Columns[columns[place]].Name)
            && lines.Count > 0 && lines.All(line => line[place] == lines[0][place]))];
        int[] shown = [.. Enumerable.Range(0, columns.Length).Except(shared)
            .Where(place => lines.Count == 0 || lines.Any(line => line[place] is not ("-" or "")))];
        LabelledLines heads = new(terminal);
        foreach (int place in shared.Where(place => lines[0][place].Length > 0))
            heads.Add(rows.Columns[columns[place]].Name, lines[0][place]);
        TextTable table = new();
        foreach (QueryColumn column in shown.Select(place => rows.Columns[columns[place]]))
            table.AddColumn(column.Name, column.IsNumeric);
        foreach (string[] line in lines)
            table.AddRow(shown.Select(place => line[place]), Style(columns, shown, rows, line));
        table.Write(terminal);
        if (lines.Count == TableRowsMax && rows.Read())
            Terminal.Note($"forktrace: only the first {Readable.Count(TableRowsMax)} rows are shown; --format csv writes all");
    }

    // Marked on a terminal: the knee of a curve, and rows whose grade is too low to rely on.
    private static RowStyle Style(int[] columns, int[] shown, QueryResult rows, string[] line)
    {
        foreach (int place in shown)
        {
            switch (rows.Columns[columns[place]].Name, line[place])
            {
                case ("knee", "knee"):
                    return RowStyle.Good;
                case ("grade" or "worst_grade", "C" or "D"):
                    return RowStyle.Doubtful;
            }
        }

        return RowStyle.Plain;
    }

    private static void WriteMarkdown(TextWriter output, QueryResult rows, int[] columns)
    {
        output.WriteLine($"| {string.Join(" | ", columns.Select(column => rows.Columns[column].Name))} |");
        output.WriteLine($"|{string.Concat(columns.Select(column => rows.Columns[column].IsNumeric ? "--:|" : "---|"))}");
        while (rows.Read())
            output.WriteLine($"| {string.Join(" | ", columns.Select(column => EscapeMarkdown(Text(rows, column))))} |");
    }

    private static string Text(QueryResult rows, int column)
    {
        if (rows.Text(column) is not { } text)
            return "-";
        string name = rows.Columns[column].Name;
        if (!rows.Columns[column].IsNumeric || !double.TryParse(text, CultureInfo.InvariantCulture, out double number))
            return text;
        return name switch
        {
            "seed" or "run" or "cpu" or "fork_cpu" or "death_cpu" => text,
            "difference_to_pages_ns" => Readable.Difference(number),
            _ when name.StartsWith("gained_", StringComparison.Ordinal) || name.StartsWith("change_", StringComparison.Ordinal) =>
                Change(name, number),
            _ when EndsWith(name, "_ns") => Readable.Duration(number),
            _ when EndsWith(name, "_bytes") => Readable.Bytes(number),
            _ when EndsWith(name, "_rate") || EndsWith(name, "_share") => Readable.Share(number),
            _ => number == Math.Floor(number) && Math.Abs(number) < 1e15 ? Readable.Count((long)number) : Plain(number),
        };
    }

    private static string Change(string name, double number)
    {
        if (EndsWith(name, "_rate") || EndsWith(name, "_share"))
            return string.Create(CultureInfo.InvariantCulture, $"{number * 100:+0.0;-0.0;0.0} pp");
        if (EndsWith(name, "_ns"))
            return Readable.Difference(number);
        string sign = number > 0 ? "+" : number < 0 ? "-" : "";
        double size = Math.Abs(number);
        if (EndsWith(name, "_bytes"))
            return sign + Readable.Bytes(size);
        return sign + (size == Math.Floor(size) ? Readable.Count((long)size) : Plain(size));
    }

    private static string Plain(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    private static bool EndsWith(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);

    // Characters that Markdown may read as markup become character references. The names of columns are ForkTrace's own.
    private static string EscapeMarkdown(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in EscapedText.Of(text))
        {
            bool isMark = char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter);
            if (isMark && !Harmless.Contains(letter, StringComparison.Ordinal))
                escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)letter};");
            else
                escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
