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

    [Fact]
    public void Statements_come_from_standard_input_and_the_first_that_fails_ends_it()
    {
        ToolOutcome all = Tool.Shell(
            _folder.Path,
            "echo \"CREATE TEMP TABLE t AS SELECT 5 AS a; -- a; comment\nFROM t; SELECT 'x;y' AS b\" | $TOOL query results.duckdb --format csv");
        Assert.Equal((0, "a\n5\nb\nx;y\n"), (all.Code, all.Out));
        ToolOutcome broken = Tool.Shell(
            _folder.Path, "echo 'SELECT 1 AS a; nonsense; SELECT 2 AS b' | $TOOL query results.duckdb --format csv");
        Assert.Equal((2, "a\n1\n"), (broken.Code, broken.Out));
        Assert.Single(broken.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(2, Tool.Shell(_folder.Path, "echo '-- nothing' | $TOOL query results.duckdb").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query").Code);
    }

    [Fact]
    public void On_a_terminal_statements_are_typed()
    {
        ToolOutcome typed = Tool.Shell(
            _folder.Path, "(printf '.tables\n.columns runs\nSELECT 6 *\n7 AS a;\nnonsense;\n.quit\n'; sleep 2) | script -qec \"$TOOL query results.duckdb\" /dev/null");
        Assert.Equal(0, typed.Code);
        Assert.All((string[])["A statement ends with a semicolon.", " summary", "trace_digest", " 42", "nonsense"], word => Assert.Contains(word, typed.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void A_recording_is_tables_next_to_those_of_results_or_alone()
    {
        const string Kinds = "SELECT kind, count(*) AS n FROM events GROUP BY kind ORDER BY kind";
        string alone = Tool.Run(_folder.Path, "query", "--trace", "trace.arrow", Kinds, "--format", "csv").Out;
        Assert.Equal(alone, Tool.Run(_folder.Path, "query", "results.duckdb", Kinds, "--trace", "trace.arrow", "--format", "csv").Out);
        string counted = Query("SELECT event AS kind, events AS n FROM trace_events WHERE events > 0 ORDER BY kind", "--format", "csv");
        Assert.Equal(counted, alone);

        // Both sides have the same values.
        const string Both = """
            SELECT
                (SELECT count(*) FROM lifecycles WHERE allocated_ns IS NOT NULL) AS forks,
                (SELECT max(allocations) FROM summary) AS allocations,
                (SELECT sum(lifetime_ns) FROM lifecycles WHERE NOT is_failed_fork) AS lives,
                (SELECT count(*) FROM (
                    SELECT fork_cpu, death_cpu, count(*) AS tasks FROM lifecycles
                    WHERE NOT is_failed_fork AND lifetime_ns IS NOT NULL GROUP BY ALL
                    EXCEPT SELECT fork_cpu, death_cpu, tasks FROM cpu_matrix)) AS other_pairs,
                (SELECT count(*) FROM operations a JOIN operations b USING (task, operation)) - (SELECT count(*) FROM operations) AS twice
            """;
        string both = Tool.Run(_folder.Path, "query", "results.duckdb", Both, "--trace", "trace.arrow", "--format", "csv").Out;
        string[] row = both.Split('\n')[1].Split(',');
        Assert.Equal(row[1], row[0]);
        Assert.True(long.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal(("0", "0"), (row[3], row[4]));
        string schema = Tool.Run(_folder.Path, "query", "--trace", "trace.arrow", "--schema", "--format", "csv").Out;
        Assert.Equal(33, schema.Split('\n').Length - 1);
        Assert.DoesNotContain(",\n", schema, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_go_into_files_by_their_names()
    {
        const string Sql = "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL ORDER BY a";
        foreach (string name in new[] { "rows.csv", "rows.json", "rows.parquet" })
        {
            ToolOutcome outcome = Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "-o", name);
            Assert.Equal((0, ""), (outcome.Code, outcome.Out));
        }

        Assert.Equal("a,b\n1,x\n2,\n", File.ReadAllText(_folder.Of("rows.csv")));
        Assert.Equal(File.ReadAllText(_folder.Of("rows.csv")), Query("FROM 'rows.parquet'", "--format", "csv", "--allow", "rows.parquet"));
        Assert.Equal(Query(Sql, "--json"), File.ReadAllText(_folder.Of("rows.json")));
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "-o", "rows").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "-o", "no/such/rows.csv").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "--format", "parquet").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", Sql, "--format", "csv", "-o", "results.duckdb").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "--trace", "trace.arrow", Sql, "--format", "csv", "-o", "trace.arrow").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", "nonsense", "-o", "new.csv").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "query", "results.duckdb", "nonsense", "-o", "new.parquet").Code);
        Assert.DoesNotContain(_folder.Names, name => name.Contains("new", StringComparison.Ordinal));
    }

    private string Query(string sql, params string[] rest) => Tool.Run(_folder.Path, ["query", "results.duckdb", sql, .. rest]).Out;
}
