using System.Data;
using System.Globalization;
using System.Linq;

/// <summary>How file-based apps show a table.</summary>
public static class Terminal
{
    /// <summary>Prints the columns side by side, numbers to the right.</summary>
    public static void Print(DataTable table)
    {
        DataColumn[] columns = [.. table.Columns.Cast<DataColumn>()];
        string[][] lines =
        [
            [.. columns.Select(column => column.ColumnName)],
            .. table.AsEnumerable().Select(row => row.ItemArray.Select(Shown).ToArray()),
        ];
        int[] widths = [.. columns.Select((_, place) => lines.Max(line => line[place].Length))];
        foreach (string[] line in lines)
        {
            Console.WriteLine(string.Join("  ", line.Select((cell, place) =>
                columns[place].DataType == typeof(string) ? cell.PadRight(widths[place]) : cell.PadLeft(widths[place]))).TrimEnd());
        }
    }

    private static string Shown(object? cell) => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";
}
