using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests;

/// <summary>The result of a query: names, types, values, and the engine's message if it fails.</summary>
public sealed class QueryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public QueryTests() => _database = ResultsDatabase.Open(_folder.Database);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Numbers_truths_and_texts_keep_their_type()
    {
        using QueryResult result = _database.Query("""
            SELECT 1::UTINYINT AS a, -2::INTEGER AS b, 18446744073709551615::UBIGINT AS c, 1.5::FLOAT AS d, 0.1::DOUBLE AS e,
                12.50::DECIMAL(18,2) AS f, 170141183460469231731687303715884105727 AS g, TRUE AS h, 'text' AS i, NULL AS j
            """);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], result.Columns.Select(column => column.Name));
        Assert.Equal(
            ["UTINYINT", "INTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL(18,2)", "HUGEINT", "BOOLEAN", "VARCHAR", "INTEGER"],
            result.Columns.Select(column => column.Type));
        Assert.True(result.Read());
        Assert.Equal(
            [(byte)1, -2, ulong.MaxValue, 1.5f, 0.1, 12.50m, (BigInteger.One << 127) - 1, true, "text", null],
            Enumerable.Range(0, 10).Select(column => result[column]));
        Assert.Equal("12.50", result.Text(5));
        Assert.Equal("true", result.Text(7));
        Assert.Null(result.Text(9));
        Assert.False(result.Read());
    }

    [Fact]
    public void A_table_has_the_rows_that_are_left()
    {
        using QueryResult result = _database.Query(
            "SELECT range AS n, 0.5 * range AS half, [range] AS list, NULL::INTEGER AS nothing FROM range(3) ORDER BY n");
        Assert.True(result.Read());
        using DataTable table = result.ToTable();
        Assert.Equal(
            [typeof(long), typeof(decimal), typeof(string), typeof(int)], table.Columns.Cast<DataColumn>().Select(column => column.DataType));
        Assert.Equal([[1L, 0.5m, "[1]", DBNull.Value], [2L, 1.0m, "[2]", DBNull.Value]], table.AsEnumerable().Select(row => row.ItemArray));
    }

    [Fact]
    public void A_table_without_rows_has_its_columns()
    {
        using QueryResult result = _database.Query("SELECT policy, hits FROM summary");
        using DataTable table = result.ToTable();
        Assert.Equal(["policy", "hits"], table.Columns.Cast<DataColumn>().Select(column => column.ColumnName));
        Assert.Empty(table.Rows);
    }

    [Fact]
    public void What_does_not_fit_in_memory_goes_to_the_folder_for_temporary_files()
    {
        using QueryResult result = _database.Query("SELECT current_setting('temp_directory'), current_setting('enable_external_access')");
        Assert.True(result.Read());
        string folder = result.Text(0)!;
        Assert.Equal(Path.GetTempPath().TrimEnd('/'), Path.GetDirectoryName(folder));
        Assert.StartsWith($"forktrace-{Environment.ProcessId}-", Path.GetFileName(folder), StringComparison.Ordinal);

        // Also without access to other files.
        using DuckDB.NET.Data.DuckDBConnection small = new($"DataSource=:memory:;temp_directory={folder};memory_limit=40MB;threads=1");
        small.Open();
        foreach (string statement in DatabaseAccess.None.OpeningStatements())
            small.Execute(statement);
        small.Execute("SELECT sum(row) FROM (SELECT row_number() OVER (ORDER BY hash(range)) AS row, range FROM range(6000000))");
        Assert.True(Directory.Exists(folder));
        small.Dispose();
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("TIMESTAMP '2026-02-28 23:59:59.5'", "TIMESTAMP", "2026-02-28 23:59:59.5")]
    [InlineData("TIMESTAMP 'infinity'", "TIMESTAMP", "infinity")]
    [InlineData("TIMESTAMP_NS '2026-02-28 01:02:03.123456789'", "TIMESTAMP_NS", "2026-02-28 01:02:03.123456789")]
    [InlineData("DATE '-4000-01-02'", "DATE", "4001-01-02 (BC)")]
    [InlineData("TIME '01:02:03.4'", "TIME", "01:02:03.4")]
    [InlineData("TIME_NS '01:02:03.123456789'", "TIME_NS", "01:02:03.123456789")]
    [InlineData("INTERVAL '1 year 2 months 3 days 1.5 seconds'", "INTERVAL", "1 year 2 months 3 days 00:00:01.5")]
    [InlineData("UUID '00112233-4455-6677-8899-aabbccddeeff'", "UUID", "00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("'ab\\x00\\xFF'::BLOB", "BLOB", "ab\\x00\\xFF")]
    [InlineData("'101'::BIT", "BIT", "101")]
    [InlineData("'b'::ENUM ('a', 'b')", "ENUM('a', 'b')", "b")]
    [InlineData("'99999999999999999999999999999.123456789'::DECIMAL(38,9)", "DECIMAL(38,9)", "99999999999999999999999999999.123456789")]
    [InlineData("[1, NULL, 3]", "INTEGER[]", "[1,null,3]")]
    [InlineData("[1, 2]::INTEGER[2]", "INTEGER[2]", "[1,2]")]
    [InlineData("[12.5]::DECIMAL(18,1)[]", "DECIMAL(18,1)[]", "[12.5]")]
    [InlineData("[INTERVAL '1 month']", "INTERVAL[]", "[\"1 month\"]")]
    [InlineData("{'a': NULL::INTEGER, 'b': ['x']}", "STRUCT(a INTEGER, b VARCHAR[])", "{\"a\":null,\"b\":[\"x\"]}")]
    [InlineData("MAP {'k': NULL::INTEGER}", "MAP(VARCHAR, INTEGER)", "{\"k\":null}")]
    [InlineData("union_value(a := 1)", "UNION(a INTEGER)", "{\"a\":1}")]
    [InlineData("'{\"a\": 1}'::JSON", "JSON", "{\"a\": 1}")]
    [InlineData("1::VARIANT", "VARIANT", "1")]
    [InlineData("NULL::INTEGER[]", "INTEGER[]", null)]
    public void All_else_is_text_as_the_engine_writes_it(string expression, string type, string? text)
    {
        using QueryResult result = _database.Query($"SELECT 7 AS \"the \"\"first\"\"\", {expression} AS value; -- as text");
        Assert.Equal([new QueryColumn("the \"first\"", "INTEGER"), new QueryColumn("value", type)], result.Columns);
        Assert.True(result.Read());
        Assert.Equal(7, result[0]);
        Assert.Equal(text, result[1]);
        Assert.False(result.Read());
    }

    [Theory]
    [InlineData("INTEGER", true, false)]
    [InlineData("UHUGEINT", true, false)]
    [InlineData("DECIMAL(38,9)", true, false)]
    [InlineData("DECIMAL(4,1)[]", false, true)]
    [InlineData("BIGINT[3]", false, true)]
    [InlineData("MAP(VARCHAR, BIGINT)", false, true)]
    [InlineData("JSON", false, true)]
    [InlineData("INTERVAL", false, false)]
    [InlineData("ENUM('a', 'BIGINT')", false, false)]
    public void A_column_says_whether_it_is_numeric_or_JSON(string type, bool isNumeric, bool isJson)
    {
        QueryColumn column = new("x", type);
        Assert.Equal((isNumeric, isJson), (column.IsNumeric, column.IsJson));
    }

    [Theory]
    [InlineData("DESCRIBE SELECT 1 AS a", "a|INTEGER|YES|-|-|-")]
    [InlineData("VALUES (1, [2])", "1|[2]")]
    [InlineData("FROM range(2) ORDER BY 1 DESC LIMIT 1", "1")]
    [InlineData("WITH a AS (SELECT 3 AS b) SELECT b FROM a -- c", "3")]
    [InlineData("SELECT 1 AS a, [2] AS a", "1|[2]")]
    [InlineData("SET VARIABLE x = 1; CREATE TEMP TABLE t AS SELECT 5 AS a; SELECT a FROM t", "5")]
    [InlineData("CREATE TEMP TABLE t (a INTEGER); INSERT INTO t VALUES (6) RETURNING a", "6")]
    [InlineData("SELECT name FROM pragma_table_info('runs') LIMIT 1", "id")]
    public void Statements_of_every_kind_can_be_asked(string sql, string row) => Assert.Equal([row], _database.Rows(sql));

    [Fact]
    public void Listings_of_the_engine_can_be_asked()
    {
        Assert.Contains("summary", _database.Rows("SHOW TABLES"));
        Assert.Contains(_database.Rows("SHOW ALL TABLES"), row => row.Contains("\"trace_digest\",", StringComparison.Ordinal));
        Assert.Contains("EMPTY_RESULT", Assert.Single(_database.Rows("EXPLAIN SELECT 1 AS a WHERE FALSE")), StringComparison.Ordinal);
        Assert.Contains(_database.Rows("SUMMARIZE runs"), row => row.StartsWith("started_at|TIMESTAMP|", StringComparison.Ordinal));
    }

    [Fact]
    public void A_statement_without_rows_has_no_columns()
    {
        using QueryResult result = _database.Query("CREATE TEMP TABLE t (a INTEGER)");
        Assert.Empty(result.Columns);
        Assert.False(result.Read());
    }

    [Theory]
    [InlineData("SELEC 1", "Parser Error: syntax error at or near \"SELEC\" LINE 1: SELEC 1")]
    [InlineData("SELECT\n  nothing\nFROM runs", "Binder Error: Referenced column \"nothing\" not found in FROM clause!")]
    [InlineData("FROM nowhere", "Catalog Error: Table with name nowhere does not exist!")]
    [InlineData("SELECT 1; FROM nowhere; SELECT 2", "Catalog Error: Table with name nowhere does not exist!")]
    [InlineData("SELECT 'x'::BIGINT", "Conversion Error: Could not convert string 'x' to INT64")]
    [InlineData("SELECT st_point(1, 2)", "Catalog Error: Scalar Function with name")]
    [InlineData("SELECT [1] || $1", "Invalid number of parameters")]
    [InlineData(" -- nothing", "the query holds no SQL statement")]
    public void A_refusal_is_one_line_of_the_engines_words(string sql, string beginning)
    {
        ResultsDatabaseException fault = Assert.Throws<ResultsDatabaseException>(() =>
        {
            using QueryResult result = _database.Query(sql);
            result.Read();
        });
        Assert.Equal(ResultsFault.Statement, fault.Fault);
        Assert.StartsWith(beginning, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.Equal(1, _database.Value("SELECT 1"));
    }

    [Fact]
    public void A_failure_late_in_the_rows_comes_after_those_before_it()
    {
        using QueryResult result = _database.Query(
            "SELECT CASE WHEN range = 1000000 THEN error('late') ELSE range END FROM range(2000000)");
        long rows = 0;
        ResultsDatabaseException fault = Assert.Throws<ResultsDatabaseException>(() =>
        {
            while (result.Read())
                rows++;
        });
        Assert.Equal("Invalid Input Error: late", fault.Message);
        Assert.InRange(rows, 1, 1_000_000);
    }

    [Fact]
    public void Rows_are_computed_as_they_are_read()
    {
        // All these rows would fill the memory and take minutes.
        long start = Stopwatch.GetTimestamp();
        using (QueryResult result = _database.Query("SELECT range, [range] AS list, repeat('x', 1000) AS text FROM range(100000000000)"))
        {
            for (long row = 0; row < 5000; row++)
            {
                Assert.True(result.Read());
                Assert.Equal(row, result[0]);
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"[{row}]"), result[1]);
            }
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
        Assert.Equal(1, _database.Value("SELECT 1"));
    }

    [Fact]
    public void Rows_that_are_turned_into_text_stay_in_order()
    {
        using QueryResult result = _database.Query(
            "SELECT range AS a, [range] AS b FROM range(300000) ORDER BY (range * 7919) % 300007 DESC");
        long previous = long.MaxValue;
        long rows = 0;
        for (; result.Read(); rows++)
        {
            long key = (long)result[0]! * 7919 % 300007;
            Assert.True(key < previous);
            previous = key;
        }

        Assert.Equal(300_000, rows);
    }

    [Fact]
    public void A_result_ends_when_the_database_is_asked_again()
    {
        QueryResult first = _database.Query("SELECT range FROM range(1000000)");
        Assert.True(first.Read());
        Assert.Equal(2, _database.Value("SELECT 2"));
        Assert.Throws<ObjectDisposedException>(() => first.Read());
        first.Dispose();
    }
}
