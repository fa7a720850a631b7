using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using DuckDB.NET.Data;

/// <summary>The rows of a query, to be shown as HTML in a notebook and as text in a terminal.</summary>
public sealed class ResultTable
{
    private ResultTable(IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        Columns = columns;
        Rows = rows;
    }

    /// <summary>Names as the statement gives them.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Values, one for each column; null for NULL.</summary>
    public IReadOnlyList<object?[]> Rows { get; }

    /// <summary>Asks a DuckDB file of <see cref="ForkTraceTool.Folder"/>, opened to be read.</summary>
    /// <exception cref="DuckDBException">There is no such file, or the engine refuses the statement.</exception>
    public static ResultTable Query(string database, string sql)
    {
        using DuckDBConnection connection = new($"Data Source={ForkTraceTool.InFolder(database)};ACCESS_MODE=READ_ONLY");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => Value(reader, column))]);
        return new ResultTable([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows);
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int IndexOf(string column)
    {
        int index = Columns.ToList().IndexOf(column);
        return index >= 0 ? index : throw new ArgumentException($"no column '{column}' among {string.Join(", ", Columns)}", nameof(column));
    }

    /// <summary>Columns side by side, numbers to the right; no line end behind the last row.</summary>
    public override string ToString()
    {
        List<string[]> lines = [[.. Columns], .. Rows.Select(row => row.Select(Shown).ToArray())];
        int[] widths = [.. Columns.Select((_, column) => lines.Max(line => line[column].Length))];
        IEnumerable<string> shown = lines.Select(line => string.Join("  ", line.Select((cell, column) =>
            IsNumeric(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return string.Join('\n', shown);
    }

    /// <summary>A table element.</summary>
    public string ToHtml()
    {
        StringBuilder html = new("<table><thead><tr>");
        for (int column = 0; column < Columns.Count; column++)
            html.Append(Cell("th", column, Columns[column]));
        html.Append("</tr></thead><tbody>");
        foreach (object?[] row in Rows)
            html.Append("<tr>").AppendJoin("", row.Select((value, column) => Cell("td", column, Shown(value)))).Append("</tr>");
        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>A value as people read it: thousands apart, at most four decimals, whatever the culture.</summary>
    public static string Shown(object? value) => value switch
    {
        null => "-",
        double or float or decimal => ((IFormattable)value).ToString("#,0.####", CultureInfo.InvariantCulture),
        string text => text,
        IFormattable number => number.ToString(IsWhole(value) ? "#,0" : null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static object? Value(DuckDBDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetValue(column);

    private static bool IsWhole(object? value) =>
        value is sbyte or short or int or long or byte or ushort or uint or ulong or System.Numerics.BigInteger;

    private bool IsNumeric(int column) =>
        Rows.Select(row => row[column]).All(value => value is null or double or float or decimal || IsWhole(value));

    private string Cell(string element, int column, string text) =>
        $"<{element} style=\"text-align:{(IsNumeric(column) ? "right" : "left")}\">{WebUtility.HtmlEncode(text)}</{element}>";
}
