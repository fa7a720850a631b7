using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

/// <summary>What this library writes, the official JavaScript library reads, and the other way round.</summary>
public sealed class JudgeTests
{
    public static TheoryData<bool, ArrowCompression> Ways => Tables.FormatsAndCompressions;

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_judge_reads_what_is_written_here(bool isFile, ArrowCompression compression)
    {
        foreach (bool hasNulls in (bool[])[false, true])
        {
            TestTable table = Tables.Everything(hasNulls);
            Assert.Equal(table.ToJson(), Judge.Dump(Tables.Write(table, isFile, compression)));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_the_judge_writes_is_read_here(bool isFile, ArrowCompression compression)
    {
        TestTable table = WithLargeText(Tables.Everything(hasNulls: true));
        byte[] bytes = Judge.Write(table.ToJson(), isFile, compression == ArrowCompression.Zstd);
        Assert.Equal(table.ToJson(), Tables.Read(bytes, isFile).ToJson());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_judge_reads_dictionaries_that_grow(bool isFile, ArrowCompression compression)
    {
        TestTable table = TestTable.OneColumn(
            ArrowType.Dictionary(ArrowType.Int32), true, ["a", null], [], ["b", "a"], ["a"], ["c", "d", "b"]);
        byte[] bytes = Tables.Write(table, isFile, compression);
        Assert.Equal(table.ToJson(), Tables.Read(bytes, isFile).ToJson());
        Assert.Equal(table.ToJson(), Judge.Dump(bytes));
    }

    [Fact]
    public void The_judge_reads_tables_without_columns_or_batches()
    {
        TestTable noBatches = new(Tables.Everything(true).Schema, []);
        Assert.Equal(noBatches.ToJson(), Judge.Dump(Tables.Write(noBatches, isFile: true, ArrowCompression.None)));
        Assert.Equal(noBatches.ToJson(), Judge.Dump(Tables.Write(noBatches, isFile: false, ArrowCompression.None)));
        TestTable noColumns = new(new ArrowSchema([]), [new TestBatch(7, [])]);
        Assert.Equal(noColumns.ToJson(), Judge.Dump(Tables.Write(noColumns, isFile: true, ArrowCompression.None)));
    }

    [Theory]
    [InlineData("float16", "float16")]
    [InlineData("date64", "date64")]
    [InlineData("null", "Null")]
    [InlineData("largebinary", "LargeBinary")]
    [InlineData("decimal", "Decimal")]
    [InlineData("time32", "Time")]
    [InlineData("duration", "Duration")]
    [InlineData("fixedsizebinary", "FixedSizeBinary")]
    [InlineData("fixedsizelist", "FixedSizeList")]
    [InlineData("struct", "Struct")]
    [InlineData("list(list)", "list of list")]
    [InlineData("dictionary(int64)", "dictionary(int64 -> utf8)")]
    [InlineData("dictionary(of int32)", "dictionary(int32 -> int32)")]
    public void A_type_that_is_not_supported_is_named_with_its_field(string type, string named)
    {
        string json = $$"""{"metadata":[],"fields":[{"name":"odd","type":"{{type}}","nullable":true,"metadata":[]}],"batches":[]}""";
        byte[] bytes = Judge.Write(json, isFile: true, isCompressed: false);
        ArrowFormatException error = Assert.Throws<ArrowFormatException>(() => Tables.Read(bytes, isFile: true));
        Assert.Equal("type of field 'odd'", error.What);
        Assert.Equal(named, error.Found);
        Assert.Contains("int8..int64", error.Allowed, StringComparison.Ordinal);
    }

    /// <summary>The same table with its first text column as large_utf8, which is read but not written here.</summary>
    private static TestTable WithLargeText(TestTable table)
    {
        ArrowField[] fields = [.. table.Schema.Fields];
        int text = Array.FindIndex(fields, field => field.Type == ArrowType.Utf8);
        fields[text] = new ArrowField("large", ArrowType.LargeUtf8, true, fields[text].Metadata);
        return table with { Schema = new ArrowSchema(fields, table.Schema.Metadata) };
    }
}
