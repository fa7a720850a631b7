using System.Globalization;
using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The study: its policy, its recording, its tables and the page that shows them.</summary>
public sealed class StudyTests : IDisposable
{
    private static readonly string s_study = Path.Combine(RepositoryFiles.Root, "study");
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_policy_that_the_catalogue_lacks_conforms()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["policy", "check", CallbackOnly]);
        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain("FAIL", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-5.18", 98)]
    [InlineData("callback-only", 0)]
    [InlineData("rcu-cache", 0)]
    public void A_built_kernel_is_told_from_its_stacks_callbacks(string policy, double least)
    {
        string sample = RepositoryFiles.SampleTrace("built-6.1/ftrace_prefork.txt.zst");
        string[] arguments = ["validate", sample, "--policy-file", CallbackOnly, "--policy", policy, "--evidence", "callbacks", "--json"];
        using JsonDocument document = JsonDocument.Parse(Tool.Run(_folder.Path, arguments).Out);
        JsonElement row = Assert.Single(document.RootElement.GetProperty("results").EnumerateArray());
        double agreement = 100 * row.GetProperty("agreement").GetDouble();
        if (least > 0)
            Assert.InRange(agreement, least, 100);
        else
            Assert.InRange(agreement, 0, 90);
    }

    [Fact]
    public void The_page_shows_every_row_of_table_b()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "counterfactual.md"));
        string[][] rows = [.. Rows("table-b.tsv")];
        Assert.NotEmpty(rows);
        foreach (string[] row in rows)
        {
            string expected = $"| {row[0]} | `{row[1]}` | {row[2]} | {row[6]} / {row[7]} | {row[5]} | {row[8]} | {row[10]} |";
            Assert.Contains(expected, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_verdict_follows_from_its_interval()
    {
        foreach (string[] row in Rows("table-b.tsv"))
        {
            double low = double.Parse(row[13], CultureInfo.InvariantCulture);
            double high = double.Parse(row[14], CultureInfo.InvariantCulture);
            string expected = low >= -2 && high <= 2 ? "holds" : low > 2 || high < -2 ? "fails" : "undecided";
            Assert.Equal(expected, row[15]);
        }
    }

    [Fact]
    public void Every_load_has_a_setup_and_a_run()
    {
        string[] loads = Directory.GetFiles(Path.Combine(s_study, "loads"), "*.sh");
        Assert.InRange(loads.Length, 16, 100);
        foreach (string load in loads)
        {
            string text = File.ReadAllText(load);
            Assert.StartsWith("# ", text, StringComparison.Ordinal);
            Assert.Contains("\nsetup() {", text, StringComparison.Ordinal);
            Assert.Contains("\nrun() {", text, StringComparison.Ordinal);
        }
    }

    private static string CallbackOnly => Path.Combine(s_study, "kernels", "callback-only.cs");

    private static IEnumerable<string[]> Rows(string table) =>
        File.ReadLines(Path.Combine(s_study, "results", table)).Skip(1).Select(line => line.Split('\t'));
}
