using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// docs/fidelity.md shows the results of validate. After an intended change, run with FORKTRACE_UPDATE_DOCS=1 and check the difference.
/// </summary>
public sealed class FidelityDocumentTests : IDisposable
{
    private const string Begin = "<!-- table: begin.";
    private const string End = "<!-- table: end -->";
    private static readonly bool s_update = Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1";
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_is_what_validate_measures()
    {
        string[] recordings =
        [
            .. Directory.GetFiles(RepositoryFiles.SampleTrace("native-6.18"), "*.perf.data.zst").Order(StringComparer.Ordinal),
            .. Directory.GetFiles(RepositoryFiles.SampleTrace("vm-6.1"), "*.dat").Order(StringComparer.Ordinal),
        ];
        ToolOutcome outcome = Tool.Run(_folder.Path, ["validate", .. recordings, "--evidence", "all", "--markdown"]);
        Assert.Equal(0, outcome.Code);
        Check(Path.Combine(RepositoryFiles.Root, "docs", "fidelity.md"), document => WithTable(document, outcome.Out));
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
}
