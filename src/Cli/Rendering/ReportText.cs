using System.Globalization;
using System.Text;
using ForkTrace.Analytics;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Rendering;

/// <summary>A report's rows for a person: as a table, or as Markdown. Numbers are written in the unit that ends a column's name.</summary>
internal static class ReportText
{
    private const string Harmless = " .,:;=%+-/()";

    // Ids are for programs: csv and json have them.
    private static readonly string[] s_hidden = ["cell", "trace_sha256"];

    public static void Write(Terminal terminal, QueryResult rows, string format)
    {
        if (format is "csv" or "json")
        {
            QueryText.Write(terminal, rows, format);
            return;
        }

        int[] columns = [.. Enumerable.Range(0, rows.Columns.Length).Where(column => !s_hidden.Contains(rows.Columns[column].Name))];
        if (format == "markdown")
            WriteMarkdown(terminal.Out, rows, columns);
        else
            WriteTable(terminal, rows, columns);
    }

    private static void WriteTable(Terminal terminal, QueryResult rows, int[] columns)
    {
        TextTable table = new();
        foreach (QueryColumn column in columns.Select(column => rows.Columns[column]))
            table.AddColumn(column.Name, column.IsNumeric);
        bool isEmpty = true;
        for (; rows.Read(); isEmpty = false)
            table.AddRow(columns.Select(column => Text(rows, column)));
        if (isEmpty)
            Terminal.Note("forktrace: the report has no rows");
        table.Write(terminal);
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
            "seed" or "run" => text,
            "difference_to_pages_ns" => Readable.Difference(number),
            "gained_rate" => string.Create(CultureInfo.InvariantCulture, $"{number * 100:+0.0;-0.0;0.0} pp"),
            _ when EndsWith(name, "_ns") => Readable.Duration(number),
            _ when EndsWith(name, "_bytes") => Readable.Bytes(number),
            _ when EndsWith(name, "_rate") || EndsWith(name, "_share") => Readable.Share(number),
            _ => number == Math.Floor(number) && Math.Abs(number) < 1e15 ? Readable.Count((long)number) : text,
        };
    }

    private static bool EndsWith(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);

    // What Markdown may read as markup goes in as a character reference; names of columns are our own.
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
