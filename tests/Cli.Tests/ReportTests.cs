using System.Text.Json;
using System.Text.RegularExpressions;
using ForkTrace.Analytics.Reports;
using ForkTrace.Cli.Shared;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Every report in every format. The tables are compared with golden files (FORKTRACE_UPDATE_GOLDEN=1 updates them).</summary>
public sealed class ReportTests(ReportTests.Results results) : IClassFixture<ReportTests.Results>
{
    public static TheoryData<string> All => [.. ReportCatalog.All.Select(report => report.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Table_is_as_it_was(string report)
    {
        string[] policy = ReportCatalog.All.Single(one => one.Name == report).HasPolicies ? ["--policy", "linux-*"] : [];
        ToolOutcome outcome = Tool.Run(results.Folder.Path, ["report", report, "results.duckdb", .. policy]);
        Assert.Equal(0, outcome.Code);
        string golden = Path.Combine(RepositoryFiles.Root, "tests", "Cli.Tests", "golden", $"report-{report}.txt");

        // The time of a run and the version are replaced, because they change.
        string text = Regex.Replace(WithPlainVersion(outcome.Out), @"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-02-28 12:00");
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, text);
        Assert.Equal(File.ReadAllText(golden), text);
    }

    private static string WithPlainVersion(string table)
    {
        const string Head = "version";
        string[] lines = table.Split('\n');
        int column = lines.Select(line => line.IndexOf(Head, StringComparison.Ordinal)).Max();
        string version = ToolVersion.Text.Split('+')[0].PadRight(Head.Length);
        if (column < 0)
            return table;
        return string.Join('\n', lines.Select(line => line.Length < column + version.Length
            ? line
            : line.Remove(column + Head.Length, version.Length - Head.Length).Replace(version[..Head.Length], "0.1.0  ", StringComparison.Ordinal)));
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
        Assert.Equal(report is not ("issues" or "cgroups" or "validation"), json.RootElement.GetArrayLength() > 0);
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

    [Fact]
    public void History_shows_a_figure_over_commits_and_what_else_changed()
    {
        using WorkFolder folder = new();
        string trace = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        string[] policies = ["--policy", "linux-5.18"];
        Assert.Equal(0, Tool.Run(folder.Path, ["run", trace, .. policies, "--commit", "c1", "--label", "before"]).Code);
        Assert.Equal(0, Tool.Shell(folder.Path, $"GITHUB_SHA=c2 $TOOL run {trace} --policy linux-5.18").Code);
        Assert.Equal(0, Tool.Shell(folder.Path, $"env -u GITHUB_SHA CI_COMMIT_SHA=c3 $TOOL run {trace} --policy linux-5.18").Code);
        string[] lines = Tool.Run(folder.Path, "report", "history", "results.duckdb", "--format", "csv").Out.TrimEnd('\n').Split('\n');
        string[] heads = lines[0].Split(',');
        Assert.Equal(
            ["before c1 0.8476454293628809  ▄", " c2 0.8476454293628809 0 ▄▄", " c3 0.8476454293628809 0 ▄▄▄"],
            lines.Skip(1).Select(line => line.Split(',')).Select(line => string.Join(
                ' ',
                new[] { "label", "git_commit", "hit_rate", "change_hit_rate", "trend" }
                    .Select(name => line[Array.IndexOf(heads, name)]))));
        ToolOutcome unknown = Tool.Run(folder.Path, "report", "history", "results.duckdb", "--metric", "nosuch");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("there is no figure 'nosuch'; there are ", unknown.Error, StringComparison.Ordinal);
        string costs = Tool.Run(folder.Path, "report", "history", "results.duckdb", "--metric", "cost_p99_ns").Out;
        Assert.Contains("cost_p99_ns", costs, StringComparison.Ordinal);
    }

    [Fact]
    public void The_commit_checked_out_is_found_in_gits_own_files()
    {
        using WorkFolder folder = new();
        string commit = new('a', 40);
        Tool.Shell(
            folder.Path,
            "mkdir -p .git/refs/heads/x sub && echo 'ref: refs/heads/x/main' > .git/HEAD && "
                + $"echo {commit} > .git/refs/heads/x/main");
        Assert.Equal(commit, Commit(folder, "sub"));
        Tool.Shell(
            folder.Path,
            $"rm .git/refs/heads/x/main; printf '# pack-refs with: peeled\n{new string('b', 40)} refs/heads/x/main\n' > .git/packed-refs");
        Assert.Equal(new string('b', 40), Commit(folder, "sub"));
        Tool.Shell(folder.Path, $"echo {new string('c', 40)} > .git/HEAD");
        Assert.Equal(new string('c', 40), Commit(folder, "."));
        Tool.Shell(
            folder.Path,
            "mkdir -p tree .git/worktrees/tree && echo 'gitdir: ../.git/worktrees/tree' > tree/.git && "
                + "echo ../.. > .git/worktrees/tree/commondir"
            + " && echo 'ref: refs/heads/x/main' > .git/worktrees/tree/HEAD");
        Assert.Equal(new string('b', 40), Commit(folder, "tree"));
        Tool.Shell(folder.Path, "echo 'ref: ../../secret' > .git/HEAD");
        Assert.Equal("", Commit(folder, "."));
    }

    // In a folder, without the variables of a CI server.
    private static string Commit(WorkFolder folder, string place)
    {
        string trace = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        ToolOutcome run = Tool.Shell(
            folder.Path,
            $"cd {place} && env -u GITHUB_SHA -u CI_COMMIT_SHA $TOOL run {trace} --policy pages-early --db {folder.Of("commits.duckdb")}");
        Assert.Equal(0, run.Code);
        const string Last = "SELECT git_commit FROM runs ORDER BY id DESC LIMIT 1";
        return Tool.Run(folder.Path, "query", "commits.duckdb", Last, "--format", "csv").Out.Split('\n')[1];
    }

    private string Run(string report, params string[] options)
    {
        ToolOutcome outcome = Tool.Run(results.Folder.Path, ["report", report, "results.duckdb", .. options]);
        Assert.Equal(0, outcome.Code);
        return outcome.Out;
    }

    /// <summary>A database with one recording and a cache with three capacities.</summary>
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
            "linux-5.18",
            "--label",
            "first",
            "--commit",
            "0123456789abcdef0123");

        public WorkFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
