using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace ForkTrace.Native.Tests;

/// <summary>Parameters, several statements in one text, transactions, and errors that say what happened.</summary>
public sealed class StatementTests
{
    [Fact]
    public void Parameters_by_position_and_by_name()
    {
        using Database database = Database.InMemory();
        Assert.Equal("7 fork", database.Scalar("SELECT ? || ' ' || ?", 7, "fork"));
        using DuckDBCommand command = database.Command("SELECT $b || $a || $b");
        command.Parameters.Add(new DuckDBParameter("a", "1"));
        command.Parameters.Add(new DuckDBParameter("b", "2"));
        Assert.Equal("212", command.ExecuteScalar());
    }

    [Fact]
    public void A_text_is_data_and_never_SQL()
    {
        using Database database = Database.InMemory();
        const string Hostile = "'; DROP TABLE runs; --";
        database.Execute("CREATE TABLE runs (name VARCHAR)");
        database.Execute("INSERT INTO runs VALUES (?)", Hostile);
        Assert.Equal(Hostile, database.Scalar("SELECT name FROM runs WHERE name = ?", Hostile));
    }

    [Fact]
    public void Too_few_parameters_are_refused()
    {
        using Database database = Database.InMemory();
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => database.Scalar("SELECT ? + ?", 1));
        Assert.Contains("Expected 2, got 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_statements_in_one_text_give_their_results_in_order()
    {
        using Database database = Database.InMemory();
        using DuckDBCommand command = database.Command(
            "CREATE TABLE t AS SELECT range AS i FROM range(10); SELECT sum(i) FROM t; SELECT max(i) FROM t");
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object> values = [];
        do
        {
            while (reader.Read())
                values.Add(reader.GetValue(0));
        }
        while (reader.NextResult());
        Assert.Equal(["45", "9"], values.TakeLast(2).Select(value => value.ToString()));
    }

    [Theory]
    [InlineData("SELEC 1", "Parser Error")]
    [InlineData("SELECT * FROM no_such_table", "no_such_table does not exist")]
    [InlineData("SELECT no_such_column FROM range(1)", "no_such_column")]
    [InlineData("SELECT CAST('x' AS BIGINT)", "Could not convert string 'x' to INT64")]
    [InlineData("SELECT 9223372036854775807 + range FROM range(2)", "Overflow in addition")]
    public void An_error_is_a_DuckDBException_that_says_what_and_where(string sql, string message)
    {
        using Database database = Database.InMemory();
        DuckDBException e = Assert.Throws<DuckDBException>(() => database.Execute(sql));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(1, database.Scalar("SELECT 1"));
    }

    [Fact]
    public void An_error_carries_its_kind()
    {
        using Database database = Database.InMemory();
        database.Execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
        database.Execute("INSERT INTO t VALUES (1)");
        DuckDBException e = Assert.Throws<DuckDBException>(() => database.Execute("INSERT INTO t VALUES (1)"));
        Assert.Equal(DuckDBErrorType.Constraint, e.ErrorType);
        Assert.Contains("Duplicate key", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 3L)]
    [InlineData(false, 1L)]
    public void A_transaction_is_kept_or_undone_whole(bool commit, long expectedCount)
    {
        using Database database = Database.InFile();
        database.Execute("CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (1)");
        using (DuckDBTransaction transaction = database.Connection.BeginTransaction())
        {
            Assert.Equal(2, database.Execute("INSERT INTO t VALUES (2), (3)"));
            Assert.Equal(3L, database.Scalar("SELECT count(*) FROM t"));
            if (commit)
                transaction.Commit();
            else
                transaction.Rollback();
        }

        Assert.Equal(expectedCount, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_transaction_that_is_only_disposed_is_undone()
    {
        using Database database = Database.InMemory();
        database.Execute("CREATE TABLE t (id BIGINT)");
        using (database.Connection.BeginTransaction())
            database.Execute("INSERT INTO t VALUES (1)");
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_running_query_can_be_cancelled_from_another_thread()
    {
        using Database database = Database.InMemory();
        using DuckDBCommand command = database.Command("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * 3 = b.range * 7 + 1");
        using Timer timer = new(_ => command.Cancel(), null, dueTime: 100, period: 100);
        Assert.ThrowsAny<Exception>(() => command.ExecuteScalar());
        timer.Dispose();
        Assert.Equal(1, database.Scalar("SELECT 1"));
    }
}
