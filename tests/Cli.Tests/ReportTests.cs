using System.Text.Json;
using ForkTrace.Analytics.Reports;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Every report in every format; the text of the tables is golden (FORKTRACE_UPDATE_GOLDEN=1 writes it anew).</summary>
public sealed class ReportTests(ReportTests.Results results) : IClassFixture<ReportTests.Results>
{
    // Tables with wall-clock times and versions, which differ from run to run, are looked at in another way.
    public static TheoryData<string> Golden => [.. ReportCatalog.All.Select(report => report.Name).Where(name => name != "history")];

    public static TheoryData<string> All => [.. ReportCatalog.All.Select(report => report.Name)];

    [Theory]
    [MemberData(nameof(Golden))]
    public void Table_is_as_it_was(string report)
    {
        string[] policy = report is "summary" or "issues" ? [] : ["--policy", "linux-*"];
        ToolOutcome outcome = Tool.Run(results.Folder.Path, ["report", report, "results.duckdb", .. policy]);
        Assert.Equal(0, outcome.Code);
        string golden = Path.Combine(RepositoryFiles.Root, "tests", "Cli.Tests", "golden", $"report-{report}.txt");
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, outcome.Out);
        Assert.Equal(File.ReadAllText(golden), outcome.Out);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Csv_json_and_markdown_have_the_same_rows(string report)
    {
        string csv = Run(report, "--format", "csv");
        using JsonDocument json = JsonDocument.Parse(Run(report, "--json"));
        string markdown = Run(report, "--format", "markdown");
        Assert.Equal(csv.Split('\n').Length - 2, json.RootElement.GetArrayLength());
        Assert.Equal(csv.Split('\n').Length - 2, markdown.Split('\n').Length - 3);
        Assert.Equal(report is not "issues", json.RootElement.GetArrayLength() > 0);
    }

    [Fact]
    public void Recordings_and_policies_can_be_chosen()
    {
        Assert.Equal(2, Run("policies", "--format", "csv", "--policy", "linux-5*").Split('\n').Length - 1);
        Assert.Equal(1, Run("policies", "--format", "csv", "--trace", "no'such*").Split('\n').Length - 1);
    }

    [Fact]
    public void Schema_has_a_meaning_for_every_column()
    {
        using JsonDocument schema = JsonDocument.Parse(Tool.Run(results.Folder.Path, "query", "results.duckdb", "--schema", "--json").Out);
        Assert.True(schema.RootElement.GetArrayLength() > 100);
        Assert.All(schema.RootElement.EnumerateArray(), column => Assert.NotEqual("", column.GetProperty("meaning").GetString()));
        Assert.Equal(2, Tool.Run(results.Folder.Path, "query", "results.duckdb").Code);
        Assert.Equal(2, Tool.Run(results.Folder.Path, "query", "results.duckdb", "SELECT 1", "--schema").Code);
    }

    private string Run(string report, params string[] options)
    {
        ToolOutcome outcome = Tool.Run(results.Folder.Path, ["report", report, "results.duckdb", .. options]);
        Assert.Equal(0, outcome.Code);
        return outcome.Out;
    }

    /// <summary>A database of one recording, with a cache at three capacities.</summary>
    public sealed class Results : IDisposable
    {
        public Results() => Tool.Run(
            Folder.Path,
            "run",
            RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"),
            "--policy",
            "pages-early",
            "--policy",
            "linux-4.9:capacity=1",
            "--policy",
            "linux-4.9:capacity=2",
            "--policy",
            "linux-4.9:capacity=4",
            "--policy",
            "linux-5.18");

        public WorkFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
