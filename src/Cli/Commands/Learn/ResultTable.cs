using ForkTrace.Learning.Judging;

namespace ForkTrace.Cli.Commands;

/// <summary>Tab-separated tables of results.</summary>
internal static class ResultTable
{
    /// <summary>Adds a table to write into a folder, which is then created.</summary>
    public static OutputFile In(OutputSet outputs, string folder, string name, string[] columns)
    {
        outputs.AddFolder(folder);
        return outputs.Add(Path.Combine(folder, name), new OutputForm("a table that learn wrote", Encoding.UTF8.GetBytes(string.Join('\t', columns) + "\n")));
    }

    public static void Write(OutputFile file, string[] columns, IEnumerable<string[]> rows)
    {
        string[] lines = [.. rows.Prepend(columns).Select(row => string.Join('\t', row))];
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path) ?? "/");
        file.Write(stream =>
        {
            foreach (string line in lines)
                stream.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        });
    }

    /// <summary>A number, or - if there is none.</summary>
    public static string Number(double value, int digits) =>
        double.IsFinite(value) ? value.ToString($"F{digits}", CultureInfo.InvariantCulture) : "-";

    /// <summary>A figure and the ends of its interval.</summary>
    public static string[] Numbers(Interval figure, double factor, int digits) =>
        [Number(factor * figure.Value, digits), Number(factor * figure.Low, digits), Number(factor * figure.High, digits)];
}
