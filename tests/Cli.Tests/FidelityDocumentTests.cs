using System.Globalization;
using System.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// docs/fidelity.md shows what validate measures, and the ranges that run and replay show come from the same figures. After a change of
/// them that is meant: run with FORKTRACE_UPDATE_DOCS=1, build again, and read the difference.
/// </summary>
public sealed class FidelityDocumentTests : IDisposable
{
    private const string Begin = "<!-- table: begin.";
    private const string End = "<!-- table: end -->";
    private const int FirstLevelColumn = 5;
    private static readonly bool s_update = Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1";
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_and_the_ranges_are_what_validate_measures()
    {
        string[] recordings =
        [
            .. Directory.GetFiles(RepositoryFiles.SampleTrace("native-6.18"), "*.perf.data.zst").Order(StringComparer.Ordinal),
            .. Directory.GetFiles(RepositoryFiles.SampleTrace("vm-6.1"), "*.dat").Order(StringComparer.Ordinal),
        ];
        ToolOutcome outcome = Tool.Run(_folder.Path, ["validate", .. recordings, "--evidence", "all", "--markdown"]);
        Assert.Equal(0, outcome.Code);
        Check(Path.Combine(RepositoryFiles.Root, "docs", "fidelity.md"), document => WithTable(document, outcome.Out));
        Check(
            Path.Combine(RepositoryFiles.Root, "src", "Lifecycle", "Grading", "expected-agreement.tsv"),
            _ => Ranges(outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static void Check(string path, Func<string, string> expect)
    {
        string there = File.ReadAllText(path);
        string expected = expect(there);
        if (s_update)
            File.WriteAllText(path, expected);
        else
            Assert.Equal(expected, there);
    }

    private static string WithTable(string document, string table)
    {
        int begin = document.IndexOf('\n', document.IndexOf(Begin, StringComparison.Ordinal)) + 1;
        int end = document.IndexOf(End, StringComparison.Ordinal);
        return $"{document[..begin]}\n{table}\n{document[end..]}";
    }

    // Cells are "agreement / hit rate". A recording of perf is native here, one of trace-cmd emulated.
    private static string Ranges(string[] table)
    {
        string[] titles = Cells(table[0]);
        StringBuilder text = new("# Made by the test of docs/fidelity.md.\n# level\tmachine\trecordings\tforks\tlow %\thigh %\n");
        for (int column = FirstLevelColumn; column < titles.Length - 1; column++)
        {
            (string Machine, string Suffix)[] machines = [("native", ".perf.data.zst"), ("emulated", ".dat")];
            foreach ((string machine, string suffix) in machines)
            {
                string[][] rows =
                    [.. table.Skip(2).Select(Cells).Where(row => row[1].EndsWith(suffix, StringComparison.Ordinal) && row[column] != "-")];
                if (rows.Length == 0)
                    continue;
                decimal[] agreements = [.. rows.Select(row => Number(row[column].Split(" / ")[0]))];
                text.Append(CultureInfo.InvariantCulture, $"{titles[column]}\t{machine}\t{rows.Length}\t{rows.Sum(row => Number(row[3]))}");
                text.Append(CultureInfo.InvariantCulture, $"\t{agreements.Min()}\t{agreements.Max()}\n");
            }
        }

        return text.ToString();
    }

    private static string[] Cells(string row) => [.. row.Split('|').Select(cell => cell.Trim())];

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
