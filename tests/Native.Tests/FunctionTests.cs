using DuckDB.NET.Data;
using DuckDB.NET.Data.DataChunk.Writer;
using DuckDB.NET.Native;

namespace ForkTrace.Native.Tests;

/// <summary>The engine calls .NET: functions over rows, functions that are tables, and the exceptions of both.</summary>
public sealed class FunctionTests
{
    [Fact]
    public void A_scalar_function_sees_every_row()
    {
        using Database database = Database.InMemory();
        database.Connection.RegisterScalarFunction<long, long>("twice", value => value * 2);
        Assert.Equal("9900", database.Text("SELECT sum(twice(range)) FROM range(100)"));
    }

    [Fact]
    public void The_exception_of_a_scalar_function_is_the_error_of_the_query()
    {
        using Database database = Database.InMemory();
        database.Connection.RegisterScalarFunction<long, long>("fails", (long value) => throw new FormatException($"no {value} today"));
        DuckDBException e = Assert.Throws<DuckDBException>(() => database.Scalar("SELECT fails(41::BIGINT + 1)"));
        Assert.Contains("no 42 today", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_function_gets_its_parameters()
    {
        using Database database = Database.InMemory();
        database.Connection.RegisterTableFunction<string, long>("repeated", Repeated, WriteRow);
        Assert.Equal("ab,ab,ab", database.Scalar("SELECT string_agg(word, ',') FROM repeated('ab', 3)"));
        DuckDBException e = Assert.Throws<DuckDBException>(() => database.Scalar("SELECT word FROM repeated('ab', NULL::BIGINT)"));
        Assert.Contains("NULL", e.Message, StringComparison.Ordinal);
    }

    private static TableFunction Repeated(IReadOnlyList<IDuckDBValueReader> parameters)
    {
        string word = parameters[0].GetValue<string>();
        long count = parameters[1].GetValue<long>();
        return new TableFunction([new ColumnInfo("word", typeof(string))], Enumerable.Repeat(word, (int)count));
    }

    private static void WriteRow(object? row, IDuckDBDataWriter[] writers, ulong index) => writers[0].WriteValue((string)row!, index);
}
