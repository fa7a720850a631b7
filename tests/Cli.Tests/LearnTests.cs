using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The learn commands, from recordings to files. Compares docs/learning.md with the results that it shows.</summary>
public sealed class LearnTests : IDisposable
{
    private static readonly string[] s_recordings =
    [
        .. new[] { "fork", "make", "prefork", "pthread", "shell" }.Select(name => RepositoryFiles.SampleTrace($"native-6.18/{name}.perf.data.zst")),
        RepositoryFiles.SampleTrace("built-6.1/ftrace_prefork.txt.zst"), RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"),
    ];

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_that_is_learned_is_a_policy_that_replays()
    {
        ToolOutcome learned = Tool.Run(_folder.Path, ["learn", "policy", s_recordings[0], s_recordings[1], "-o", "my.model"]);
        Assert.True(learned.Code == 0, learned.Error);
        Assert.StartsWith("forktrace learned policy 1\n", File.ReadAllText(Path.Combine(_folder.Path, "my.model")), StringComparison.Ordinal);
        Assert.Contains("the model is in ", learned.Error, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(Tool.Run(_folder.Path, ["learn", "policy", s_recordings[0], s_recordings[1], "-o", "my.model", "--json"]).Out);
        JsonElement model = document.RootElement.GetProperty("model");
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.Path, "my.model")), model.GetProperty("text").GetString());
        Assert.InRange(model.GetProperty("hit_rate").GetDouble(), 0.3, 1);
        ToolOutcome replayed = Tool.Run(_folder.Path, ["replay", s_recordings[0], "--policy", "learned:model=my.model"]);
        Assert.Matches(@" learned +capacity=64 model=\d{5,15} ", replayed.Out);
    }

    [Fact]
    public void Recordings_are_clustered_and_mapped()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", .. s_recordings, "--pick", "3", "--html", "map.html"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(3, Regex.Count(outcome.Out, @"^ +[123] +\d+  .*/sample-traces/", RegexOptions.Multiline));
        Assert.Contains("Unlike the others", outcome.Out, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(_folder.Path, "map.html"));
        Assert.Contains("Content-Security-Policy", page, StringComparison.Ordinal);
        Assert.Contains("\"is_pick\":true", page, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(Tool.Run(_folder.Path, ["learn", "cluster", .. s_recordings, "--pick", "3", "--json"]).Out);
        JsonElement[] clusters = [.. document.RootElement.GetProperty("clusters").EnumerateArray()];
        Assert.Equal(s_recordings.Length, clusters.Sum(cluster => cluster.GetProperty("recordings").GetInt32()));
        Assert.All(clusters, cluster => Assert.Contains(cluster.GetProperty("keep").GetString(), s_recordings));
        Assert.Equal(6, document.RootElement.GetProperty("verdicts").GetArrayLength());
    }

    [Fact]
    public void A_verdict_that_needs_more_recordings_is_not_left_out_silently()
    {
        string rows = string.Concat(s_recordings.Select((path, place) => $"{Path.GetFileName(path)}\tload {place % 2}\tmachine\t{place % 2}\n"));
        _folder.Put("splits.tsv", Encoding.UTF8.GetBytes("recording\tload\tmachine\tfold\n" + rows));
        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", .. s_recordings, "--splits", "splits.tsv", "--pick", "5"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.DoesNotContain("loads left out", outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("no verdict on loads left out: without a fold's loads, fewer than 5 different recordings are left\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recordings_of_a_database_are_clustered()
    {
        foreach (string recording in s_recordings)
            Assert.Equal(0, Tool.Run(_folder.Path, ["run", recording, "--policy", "linux-4.9", "--db", "results.duckdb"]).Code);
        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", "results.duckdb", "--pick", "2"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(s_recordings, recording => Assert.Contains(Path.GetFileName(recording), outcome.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Copies_of_a_recording_are_not_enough_to_cluster()
    {
        string[] copies = [.. Enumerable.Range(0, 6).Select(copy => $"{copy}.perf.data.zst")];
        foreach (string copy in copies)
            File.Copy(s_recordings[0], Path.Combine(_folder.Path, copy));
        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", .. copies, "--pick", "3"]);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("forktrace: 6 recordings were given, 1 of them different, but --pick 3 needs at least 6\n", outcome.Error);
    }

    [Theory]
    [InlineData("lifetime_buckets SET tasks = 9223372036854775807", "column tasks has the value 9223372036854775807, which ForkTrace does not write there")]
    [InlineData("cpu_pairs SET fork_cpu = -1", "column fork_cpu has the value -1, which")]
    [InlineData("traces SET cpus = -1", "column cpus has the value -1, which")]
    [InlineData("trace_series SET window_ns = 0", "column window_ns has the value 0, which")]
    public void A_changed_database_is_rejected(string change, string expected)
    {
        string database = Path.Combine(_folder.Path, "results.duckdb");
        Assert.Equal(0, Tool.Run(_folder.Path, ["run", s_recordings[0], "--policy", "linux-4.9", "--db", database]).Code);
        using (DuckDBConnection connection = new($"Data Source={database}"))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"UPDATE {change}";
            command.ExecuteNonQuery();
        }

        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", database, "--pick", "2"]);
        Assert.Equal(3, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learn cluster a.data b.data", "there is no file 'a.data'")]
    [InlineData("learn policy a.data", "needs -o MODEL, --judge FOLDER, or both")]
    [InlineData("learn policy a.data --judge x", "--judge needs --splits")]
    [InlineData("learn policy a.data -o x.model --splits none.tsv", "there is no table of splits 'none.tsv'")]
    [InlineData("learn policy a.data -o x.model --memory 0", "--memory is 0, but must be more than 0 and at most 1000")]
    [InlineData("learn cluster a.data --pick 1", "--pick is 1, but must be 2 to 1000")]
    public void What_cannot_be_learned_from_is_reported(string line, string expected)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, line.Split(' '));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_recordings_for_the_picks_are_reported()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, ["learn", "cluster", s_recordings[0], "--pick", "2"]);
        Assert.Contains("1 recording was given, but --pick 2 needs at least 6", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_every_row_of_its_results()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "learning.md"));
        foreach (string[] row in Rows("policies.tsv"))
        {
            string hitRate = row[3] == "-" ? "-" : $"{row[3]} ({row[4]} to {row[5]})";
            Assert.Contains($"| {row[0]} | {row[1]} | `{row[2]}` | {hitRate} | {row[6]} |", page, StringComparison.Ordinal);
        }

        foreach (string[] row in Rows("picks.tsv"))
            Assert.Contains($"| {row[0]} | {row[1]} | {row[2]} | {row[3]} ({row[4]} to {row[5]}) |", page, StringComparison.Ordinal);
        foreach (string[] row in Rows("forecasts.tsv"))
            Assert.Contains($"| {row[1]} | {row[2]} ({row[3]} to {row[4]}) |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Shuffled_labels_of_the_study_score_no_better_than_chance()
    {
        string[][] shuffled = [.. Rows("forecasts.tsv").Where(row => row[1] == "trees, labels shuffled")];
        Assert.NotEmpty(shuffled);
        Assert.All(shuffled, row => Assert.InRange(double.Parse(row[5], CultureInfo.InvariantCulture), -100, 3));
    }

    private static IEnumerable<string[]> Rows(string table) =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "study", "results", table)).Skip(1).Select(line => line.Split('\t'));
}
