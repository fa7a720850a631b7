using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

/// <summary>A caller's mistake is named before a byte is written or read.</summary>
public sealed class MisuseTests
{
    [Fact]
    public void Columns_that_do_not_fit_the_schema_are_refused_and_the_writer_stays_usable()
    {
        using MemoryStream stream = new();
        using ArrowFileWriter writer = new(stream, new ArrowSchema([new("x", ArrowType.Int32), new("y", ArrowType.Utf8)]));
        ColumnData x = ColumnData.From([1, 2]);
        ColumnData y = ColumnData.FromStrings(["a", "b"]);
        Expect("Column 'x' is of type int32 and cannot be written from Int64", () => writer.Write(2, ColumnData.From([1L, 2L]), y));
        Expect("Column 'x' is of type int32 and cannot be written from texts", () => writer.Write(2, y, y));
        Expect("Column 'x' has 2 rows; the batch has 3", () => writer.Write(3, x, y));
        Expect("Column 'y' has 1 nulls, but its field allows none", () => writer.Write(2, x, ColumnData.FromStrings(["a", null])));
        Expect("There are 1 columns; the schema has 2", () => writer.Write(2, x));
        Assert.Equal(0, writer.BytesWritten);
        writer.Write(2, x, y);
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.Write(2, x, y));
        Assert.Throws<InvalidOperationException>(writer.Finish);
        Assert.Equal(2, Tables.Read(stream.ToArray(), isFile: true).Batches[0].Rows);
    }

    [Fact]
    public void Memory_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ColumnData.From(new int[9], new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ColumnData.FromBits(new byte[1], 9));
        Assert.Throws<ArgumentException>(() => ColumnData.FromTexts(new[] { 0, 5 }, new byte[4]));
        Assert.Throws<ArgumentException>(() => ColumnData.FromTexts(Array.Empty<int>(), new byte[4]));
        Assert.Throws<ArgumentException>(() => ColumnData.FromLists(new[] { 0, 3 }, ColumnData.From([1, 2])));
        Assert.Throws<ArgumentException>(() => ArrowType.Dictionary(ArrowType.Int64));
        Assert.Throws<ArgumentException>(() => ArrowType.List(ArrowType.List(ArrowType.Int8)));
    }

    [Fact]
    public void A_column_is_read_only_as_what_it_is()
    {
        TestTable table = TestTable.OneColumn(ArrowType.Int32, false, ["1"]);
        using TemporaryFile file = new(Tables.Write(table, isFile: true, ArrowCompression.None));
        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        ArrowColumn column = reader.Batch(0).Column("x");
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => column.Values<long>().Length);
        Assert.Equal("Column 'x' is of type int32 and cannot be read as Int64.", error.Message);
        Assert.Throws<InvalidOperationException>(() => column.Text(0));
        Assert.Throws<InvalidOperationException>(() => column.Dictionary);
        Assert.Throws<InvalidOperationException>(() => column.Items);
        Assert.Throws<InvalidOperationException>(() => column.Texts);
        Assert.Throws<InvalidOperationException>(() => column.Boolean(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => column.IsNull(1));
        Assert.Throws<ArgumentException>(() => reader.Batch(0).Column("z"));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Batch(1));
        Assert.Throws<FileNotFoundException>(() => ArrowFileReader.Open(file.Path + ".missing"));
    }

    [Fact]
    public void A_write_that_failed_half_way_ends_the_writer()
    {
        using ArrowStreamWriter writer = new(new FullDisk(), new ArrowSchema([new("x", ArrowType.Int32)]));
        Assert.Throws<IOException>(() => writer.Write(1, ColumnData.From([1])));
        Assert.Throws<InvalidOperationException>(writer.Finish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Bits_are_counted_as_one_by_one(int count)
    {
        Random random = new(count);
        bool[] values = [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0)];
        byte[] bits = Bitmap.Pack(values);
        Assert.Equal(values.Count(value => !value), Bitmap.CountZeros(bits, count));
        for (int i = 0; i < count; i++)
            Assert.Equal(values[i], Bitmap.IsSet(bits, i));
    }

    private static void Expect(string message, Action action) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
