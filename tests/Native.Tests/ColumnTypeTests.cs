using System.Numerics;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace ForkTrace.Native.Tests;

/// <summary>
/// Each column type of a results database: a parameter written to a table reads back as itself, and the engine's own text of it is the
/// one that a person would write. The text is the independent judge: a layout that is wrong both ways round-trips, but never prints right.
/// </summary>
public sealed class ColumnTypeTests
{
    [Theory]
    [InlineData("BIGINT", long.MaxValue, "9223372036854775807")]
    [InlineData("BIGINT", long.MinValue, "-9223372036854775808")]
    [InlineData("UBIGINT", ulong.MaxValue, "18446744073709551615")]
    [InlineData("INTEGER", int.MinValue, "-2147483648")]
    [InlineData("UINTEGER", uint.MaxValue, "4294967295")]
    [InlineData("SMALLINT", short.MinValue, "-32768")]
    [InlineData("USMALLINT", ushort.MaxValue, "65535")]
    [InlineData("TINYINT", sbyte.MinValue, "-128")]
    [InlineData("UTINYINT", byte.MaxValue, "255")]
    [InlineData("DOUBLE", 0.1, "0.1")]
    [InlineData("DOUBLE", -1.7976931348623157e308, "-1.7976931348623157e+308")]
    [InlineData("DOUBLE", double.PositiveInfinity, "inf")]
    [InlineData("FLOAT", 1.5f, "1.5")]
    [InlineData("BOOLEAN", true, "true")]
    [InlineData("BOOLEAN", false, "false")]
    [InlineData("VARCHAR", "", "")]
    [InlineData("VARCHAR", "twelve bytes", "twelve bytes")]
    [InlineData("VARCHAR", "thirteen byte", "thirteen byte")]
    [InlineData("VARCHAR", "☕ kworker/0:1-events 🧵", "☕ kworker/0:1-events 🧵")]
    [InlineData("ENUM ('hit', 'miss', 'observed by a probe')", "observed by a probe", "observed by a probe")]
    public void Simple_types(string type, object value, string text) => RoundTrips(type, value, text);

    [Fact]
    public void Timestamps_to_the_microsecond()
    {
        DateTime value = new DateTime(2026, 2, 28, 23, 59, 59, 999, DateTimeKind.Unspecified).AddMicroseconds(999);
        RoundTrips("TIMESTAMP", value, "2026-02-28 23:59:59.999999");
        RoundTrips("TIMESTAMP", new DateTime(1, 1, 1), "0001-01-01 00:00:00");
        RoundTrips("TIMESTAMP_MS", value.AddMicroseconds(-999), "2026-02-28 23:59:59.999");
        RoundTrips("TIMESTAMP_NS", value, "2026-02-28 23:59:59.999999");
    }

    [Fact]
    public void Dates_and_times()
    {
        RoundTrips("DATE", new DateOnly(2024, 2, 29), "2024-02-29");
        RoundTrips("DATE", DateOnly.MaxValue, "9999-12-31");
        RoundTrips("TIME", new TimeOnly(23, 59, 59, 999, 999), "23:59:59.999999");
        RoundTrips("TIMETZ", new DateTimeOffset(1, 1, 2, 13, 14, 15, TimeSpan.FromHours(-5)), "13:14:15-05");
    }

    [Fact]
    public void Intervals()
    {
        RoundTrips("INTERVAL", new TimeSpan(3, 4, 5, 6, 7, 8), "3 days 04:05:06.007008");
        RoundTrips("INTERVAL", -new TimeSpan(3, 4, 5, 6, 7, 8), "-3 days -04:05:06.007008");
        using Database database = Database.InMemory();
        Assert.Equal(new DuckDBInterval(14, 3, 1_500_000), database.Scalar<DuckDBInterval>("SELECT INTERVAL '1 year 2 months 3 days 1.5 seconds'"));
        Assert.Throws<InvalidCastException>(() => database.Scalar<TimeSpan>("SELECT INTERVAL '1 month'"));
    }

    [Theory]
    [InlineData("DECIMAL(4,1)", "-999.9")]
    [InlineData("DECIMAL(9,3)", "123456.789")]
    [InlineData("DECIMAL(18,6)", "-123456789012.345678")]
    [InlineData("DECIMAL(38,9)", "12345678901234567890.123456789")]
    public void Decimals_of_each_width(string type, string text) =>
        RoundTrips(type, decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), text);

    [Theory]
    [InlineData("HUGEINT", "170141183460469231731687303715884105727")]
    [InlineData("HUGEINT", "-170141183460469231731687303715884105728")]
    [InlineData("HUGEINT", "-1")]
    [InlineData("UHUGEINT", "340282366920938463463374607431768211455")]
    [InlineData("BIGNUM", "-1234567890123456789012345678901234567890123456789")]
    public void Integers_beyond_64_bits(string type, string text) =>
        RoundTrips(type, BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture), text);

    [Fact]
    public void Identifiers() =>
        RoundTrips("UUID", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "00112233-4455-6677-8899-aabbccddeeff");

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(100_000)]
    public void Blobs_of_any_length(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)(i * 7);
        using Database database = Database.InMemory();
        database.Execute("CREATE TABLE t (c BLOB)");
        database.Execute("INSERT INTO t VALUES (?)", bytes);
        using DuckDBCommand command = database.Command("SELECT c FROM t");
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        using Stream stream = reader.GetStream(0);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal(Convert.ToHexString(bytes), database.Scalar("SELECT hex(c) FROM t"));
    }

    [Fact]
    public void Lists()
    {
        RoundTrips("BIGINT[]", new List<long> { 1, long.MinValue, 3 }, "[1, -9223372036854775808, 3]");
        RoundTrips("DOUBLE[]", new List<double> { 0.5, -2.25 }, "[0.5, -2.25]");
        RoundTrips("BIGINT[]", new List<long>(), "[]");
        RoundTrips("VARCHAR[]", new List<string> { "a", "a text that is not inlined" }, "[a, a text that is not inlined]");
        using Database database = Database.InMemory();
        Assert.Equal([1L, null, 3L], database.Scalar<List<long?>>("SELECT [1, NULL, 3]::BIGINT[]"));
        Assert.Equal([[1L], [], [2L, 3L]], database.Scalar<List<List<long>>>("SELECT [[1], [], [2, 3]]::BIGINT[][]"));
        Assert.Equal([1L, 2L, 3L], database.Scalar<List<long>>("SELECT [1, 2, 3]::BIGINT[3]"));
    }

    [Fact]
    public void Structs_and_maps()
    {
        using Database database = Database.InMemory();
        Dictionary<string, object> value = database.Scalar<Dictionary<string, object>>("SELECT {'cpu': 3::USMALLINT, 'name': 'swapper'}");
        Assert.Equal(["cpu", "name"], value.Keys);
        Assert.Equal([(ushort)3, "swapper"], value.Values);
        Assert.Equal(2.5, database.Scalar<Dictionary<string, double>>("SELECT MAP {'a': 1.5::DOUBLE, 'b': 2.5::DOUBLE}")["b"]);
    }

    [Theory]
    [InlineData("BIGINT")]
    [InlineData("DOUBLE")]
    [InlineData("BOOLEAN")]
    [InlineData("VARCHAR")]
    [InlineData("BLOB")]
    [InlineData("TIMESTAMP")]
    [InlineData("DATE")]
    [InlineData("INTERVAL")]
    [InlineData("DECIMAL(20,4)")]
    [InlineData("HUGEINT")]
    [InlineData("UUID")]
    [InlineData("BIGINT[]")]
    [InlineData("STRUCT(a BIGINT)")]
    [InlineData("ENUM ('a')")]
    public void Nulls_of_every_type(string type)
    {
        using Database database = Database.InMemory();
        database.Execute($"CREATE TABLE t (c {type})");
        Assert.Equal(1, database.Execute("INSERT INTO t VALUES (?)", [null]));
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM t WHERE c IS NULL"));
        Assert.Equal(DBNull.Value, database.Scalar("SELECT c FROM t"));
    }

    [Fact]
    public void Infinite_dates_are_recognised_and_never_a_DateTime()
    {
        using Database database = Database.InMemory();
        Assert.True(database.Scalar<DuckDBDateOnly>("SELECT 'infinity'::DATE").IsPositiveInfinity);
        Assert.True(database.Scalar<DuckDBDateOnly>("SELECT '-infinity'::DATE").IsNegativeInfinity);
        Assert.True(database.Scalar<DuckDBTimestamp>("SELECT 'infinity'::TIMESTAMP").IsPositiveInfinity);
        Assert.True(database.Scalar<DuckDBTimestamp>("SELECT '-infinity'::TIMESTAMP").IsNegativeInfinity);
        Assert.Throws<InvalidOperationException>(() => database.Scalar<DateTime>("SELECT 'infinity'::TIMESTAMP"));
    }

    private static void RoundTrips<T>(string type, T value, string text)
    {
        using Database database = Database.InMemory();
        database.Execute($"CREATE TABLE t (c {type})");
        Assert.Equal(1, database.Execute("INSERT INTO t VALUES (?)", value));
        Assert.Equal(text, database.Text("SELECT c FROM t"));
        using DuckDBCommand command = database.Command("SELECT c FROM t");
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(value, typeof(T) == typeof(object) ? reader.GetValue(0) : reader.GetFieldValue<T>(0));
    }
}
