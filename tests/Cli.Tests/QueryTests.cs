using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

public sealed class QueryTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public QueryTests()
    {
        _folder.Put("trace.arrow", SyntheticTrace.Random(7, 100, 2));
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow").Code);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_and_json_are_exact()
    {
        const string Sql = "SELECT 12345678901234567890::HUGEINT AS big, 'a\"b,c' AS text, NULL AS nothing, 0.1::DOUBLE AS tenth";
        Assert.Equal("big,text,nothing,tenth\n12345678901234567890,\"a\"\"b,c\",,0.1\n", Query(Sql, "--format", "csv"));
        Assert.Equal("[\n{\"big\":12345678901234567890,\"text\":\"a\\\"b,c\",\"nothing\":null,\"tenth\":0.1}\n]\n", Query(Sql, "--json"));
        Assert.Equal(Query(Sql, "--json"), Query(Sql, "--format", "json"));
    }

    [Fact]
    public void A_table_puts_numbers_to_the_right()
    {
        const string Sql = "SELECT * FROM (VALUES ('[bold]a', 1), ('b', 12345)) AS t(word, number) ORDER BY number";
        IEnumerable<string> lines = Query(Sql).TrimEnd('\n').Split('\n').Where(line => !line.Contains('─', StringComparison.Ordinal));
        Assert.Equal([" word     number", " [bold]a       1", " b         12345"], lines);
    }

    [Fact]
    public void A_table_is_cut_with_a_word_about_it()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "query", "results.duckdb", "SELECT * FROM range(10001)");
        Assert.Equal("forktrace: only the first 10,000 rows are shown; --format csv writes all\n", outcome.Error);
        Assert.Equal(10_002, outcome.Out.Count(letter => letter == '\n'));
    }

    private string Query(string sql, params string[] rest) => Tool.Run(_folder.Path, ["query", "results.duckdb", sql, .. rest]).Out;
}
