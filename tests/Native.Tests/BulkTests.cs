using DuckDB.NET.Data;

namespace ForkTrace.Native.Tests;

/// <summary>Writing and reading many rows: the appender, the streaming reader, Parquet.</summary>
public sealed class BulkTests
{
    // Not a multiple of the engine's vector size, and many vectors.
    private const int RowCount = 100_003;

    [Fact]
    public void The_appender_writes_what_a_query_reads()
    {
        using Database database = Database.InFile();
        Fill(database);
        Assert.Equal((long)RowCount, database.Scalar("SELECT count(*) FROM events"));
        Assert.Equal(0L, database.Scalar("""
            SELECT count(*) FROM events
            WHERE ts_ns <> row * 1000 + 9000000000000000000 OR cpu <> row % 64 OR cost <> row / 8
                OR hit <> (row % 3 = 0) OR comm IS DISTINCT FROM CASE WHEN row % 5 = 0 THEN NULL ELSE 'worker number ' || row END
                OR slots <> [row, -row]
            """));
    }

    [Fact]
    public void The_appender_refuses_a_row_that_the_table_cannot_hold()
    {
        using Database database = Database.InMemory();
        database.Execute("CREATE TABLE t (a BIGINT, b BIGINT NOT NULL)");
        DuckDBAppender appender = database.Connection.CreateAppender("t");
        appender.CreateRow().AppendValue(1L).AppendNullValue().EndRow();
        DuckDBException e = Assert.Throws<DuckDBException>(appender.Close);
        Assert.Contains("NOT NULL constraint failed: t.b", e.Message, StringComparison.Ordinal);
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void The_appender_refuses_an_unknown_table()
    {
        using Database database = Database.InMemory();
        DuckDBException e = Assert.Throws<DuckDBException>(() => database.Connection.CreateAppender("no_such_table"));
        Assert.Contains("no_such_table", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_gives_every_row_once_and_in_order(bool isStreaming)
    {
        using Database database = Database.InMemory();
        Fill(database);
        using DuckDBCommand command = database.Command("SELECT row, comm, slots FROM events ORDER BY row");
        command.UseStreamingMode = isStreaming;
        using DuckDBDataReader reader = command.ExecuteReader();
        long row = 0;
        for (; reader.Read(); row++)
        {
            if (reader.GetInt64(0) != row || (reader.IsDBNull(1) ? null : reader.GetString(1)) != Comm(row))
                Assert.Fail($"Row {row} was read as {reader.GetInt64(0)}, {reader.GetValue(1)}.");
        }

        Assert.Equal(RowCount, row);
    }

    [Fact]
    public void A_streaming_reader_may_be_left_early()
    {
        using Database database = Database.InMemory();
        using (DuckDBCommand command = database.Command("SELECT range FROM range(1000000000)"))
        {
            command.UseStreamingMode = true;
            using DuckDBDataReader reader = command.ExecuteReader();
            for (long row = 0; row < 5000; row++)
            {
                Assert.True(reader.Read());
                Assert.Equal(row, reader.GetInt64(0));
            }
        }

        Assert.Equal(1, database.Scalar("SELECT 1"));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("snappy")]
    public void Parquet_out_and_back(string compression)
    {
        using Database database = Database.InFile();
        Fill(database);
        string path = database.Source + ".parquet";
        database.Execute($"COPY events TO '{path}' (FORMAT parquet, COMPRESSION {compression})");
        using FileStream file = File.OpenRead(path);
        byte[] magic = new byte[4];
        file.ReadExactly(magic);
        Assert.Equal("PAR1"u8.ToArray(), magic);
        Assert.Equal((long)RowCount, database.Scalar($"SELECT count(*) FROM '{path}'"));
        Assert.Equal(0L, database.Scalar($"SELECT count(*) FROM (FROM events EXCEPT FROM '{path}')"));
        Assert.Equal(0L, database.Scalar($"SELECT count(*) FROM (FROM '{path}' EXCEPT FROM events)"));
    }

    private static void Fill(Database database)
    {
        database.Execute("CREATE TABLE events (row BIGINT, ts_ns UBIGINT, cpu USMALLINT, cost DOUBLE, hit BOOLEAN, comm VARCHAR, slots BIGINT[])");
        using DuckDBAppender appender = database.Connection.CreateAppender("events");
        for (long row = 0; row < RowCount; row++)
        {
            appender.CreateRow().AppendValue(row).AppendValue((ulong)(row * 1000) + 9_000_000_000_000_000_000UL)
                .AppendValue((ushort)(row % 64)).AppendValue(row / 8.0).AppendValue(row % 3 == 0)
                .AppendValue(Comm(row)).AppendValue([row, -row]).EndRow();
        }
    }

    private static string? Comm(long row) => row % 5 == 0 ? null : $"worker number {row}";
}
