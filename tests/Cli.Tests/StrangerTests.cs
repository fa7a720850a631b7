using DuckDB.NET.Data;
using ForkTrace.Analytics;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>A database from someone else cannot read files of the user.</summary>
public sealed class StrangerTests : IDisposable
{
    private const string Secret = "do-not-tell";
    private readonly WorkFolder _folder = new();

    public StrangerTests()
    {
        _folder.Put("trace.arrow", SyntheticTrace.Random(7, 100, 2));
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow").Code);
        _folder.Put("secret.txt", System.Text.Encoding.UTF8.GetBytes(Secret));
        using DuckDBConnection connection = new($"Data Source={_folder.Of("results.duckdb")}");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();

        // The views that reports and pages use, changed to give a file's content as the recording's name.
        foreach (string view in (string[])["summary", "history", "fidelity", "issues"])
        {
            string name = view switch { "issues" => "message", "fidelity" => "operation", _ => "trace" };
            command.CommandText = $"""
                CREATE TABLE stolen_{view} AS FROM {view};
                DROP VIEW IF EXISTS {view};
                DROP TABLE IF EXISTS {view} CASCADE;
                CREATE VIEW {view} AS SELECT stolen_{view}.* REPLACE (content AS {name})
                FROM stolen_{view}, read_text('{_folder.Of("secret.txt")}')
                """;
            command.ExecuteNonQuery();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("report", "policies", "results.duckdb", "--format", "json")]
    [InlineData("report", "history", "results.duckdb")]
    [InlineData("report", "summary", "results.duckdb", "--format", "csv")]
    [InlineData("report", "html", "results.duckdb", "-o", "page.html")]
    [InlineData("compare", "results.duckdb", "results.duckdb")]
    [InlineData("query", "results.duckdb", "FROM summary")]
    [InlineData("query", "results.duckdb", "FROM summary", "-o", "rows.csv")]
    [InlineData("query", "results.duckdb", "FROM summary", "-o", "rows.parquet")]
    [InlineData("query", "results.duckdb", "FROM summary", "--allow", "trace.arrow")]
    [InlineData("query", "results.duckdb", "FROM read_text('secret.txt')")]
    [InlineData("query", "results.duckdb", "COPY runs TO 'written.csv'")]
    [InlineData("query", "results.duckdb", "ATTACH 'written.duckdb'")]
    [InlineData("query", "results.duckdb", "SET enable_external_access = true; FROM summary")]
    [InlineData("query", "results.duckdb", "SET threads = 1")]
    [InlineData("query", "--trace", "trace.arrow", "FROM read_text('secret.txt')")]
    public void No_command_reads_or_writes_a_file_for_it(params string[] arguments)
    {
        string[] before = [.. _folder.Names];
        ToolOutcome outcome = Tool.Run(_folder.Path, arguments);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains("configuration", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Names);
    }

    [Fact]
    public void Its_reader_can_allow_a_file_a_folder_or_all()
    {
        const string Sql = "SELECT DISTINCT trace FROM summary";
        string here = _folder.Path;
        Assert.Contains(
            "(--allow PATH lets statements", Tool.Run(here, "query", "results.duckdb", Sql).Error, StringComparison.Ordinal);
        foreach (string[] words in (string[][])[["--allow", "secret.txt"], ["--allow", "."], ["--allow", here], ["--allow-external"]])
            Assert.Contains(Secret, Tool.Run(here, ["query", "results.duckdb", Sql, .. words]).Out, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Of("it's, [a] folder"));
        ToolOutcome written = Tool.Run(
            here, "query", "results.duckdb", "COPY runs TO 'it''s, [a] folder/runs.parquet'", "--allow", "it's, [a] folder");
        Assert.True(written.Code == 0, written.Error);
        Assert.Equal(0, Tool.Run(here, "query", "results.duckdb", "SET threads = 1", "--allow-external").Code);
        Assert.Contains(
            "locked", Tool.Run(here, "query", "results.duckdb", "SET threads = 1", "--allow", ".").Error, StringComparison.Ordinal);
    }
}
