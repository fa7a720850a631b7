using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

public sealed class DictionaryTests
{
    private static readonly ArrowSchema s_schema = new([new("comm", ArrowType.Dictionary(ArrowType.Int32), true)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dictionary_that_grows_is_written_as_deltas(bool isFile)
    {
        Utf8Builder texts = new();
        byte[] bytes = Write(isFile, writer =>
        {
            for (int batch = 0; batch < 50; batch++)
            {
                texts.Add($"task-{batch}");
                writer.Write(2, ColumnData.FromDictionary<int>(new[] { batch, batch / 2 }, texts));
            }
        });
        TestTable table = Tables.Read(bytes, isFile);
        for (int batch = 0; batch < 50; batch++)
            Assert.Equal([$"task-{batch}", $"task-{batch / 2}"], table.Batches[batch].Columns[0]);
        // Deltas hold each text once.
        Assert.Equal(1, Count(bytes, "task-7"u8));
    }

    [Fact]
    public void A_batch_of_a_stream_sees_the_texts_up_to_it_and_outlives_the_reader()
    {
        Utf8Builder texts = new();
        byte[] bytes = Write(isFile: false, writer =>
        {
            texts.Add("a");
            writer.Write(1, ColumnData.FromDictionary<int>(new[] { 0 }, texts));
            texts.Add("b");
            writer.Write(1, ColumnData.FromDictionary<int>(new[] { 1 }, texts));
        });
        long live = NativeBlock.LiveBytes;
        ArrowStreamReader reader = new(new MemoryStream(bytes));
        RecordBatch first = reader.Read()!;
        RecordBatch second = reader.Read()!;
        reader.Dispose();
        Assert.Equal(1, first.Column(0).Dictionary.Count);
        Assert.Equal(2, second.Column(0).Dictionary.Count);
        Assert.Equal("a", first.Column(0).Text(0));
        first.Dispose();
        Assert.Equal("b", second.Column(0).Text(0));
        Assert.True(NativeBlock.LiveBytes > live);
        second.Dispose();
        Assert.Equal(live, NativeBlock.LiveBytes);
    }

    [Fact]
    public void A_stream_may_replace_a_dictionary_and_a_file_may_not()
    {
        byte[] one = Write(isFile: false, writer => writer.Write(1, ColumnData.FromDictionary<int>(new[] { 0 }, Texts("old"))));
        byte[] two = Write(isFile: false, writer => writer.Write(1, ColumnData.FromDictionary<int>(new[] { 1 }, Texts("new", "newer"))));
        // Both streams have the same schema: leave out the first one's end marker and the second one's schema.
        int schemaBytes = 8 + BitConverter.ToInt32(two, 4);
        byte[] both = [.. one.AsSpan(0, one.Length - 8), .. two.AsSpan(schemaBytes)];
        long live = NativeBlock.LiveBytes;
        TestTable table = Tables.Read(both, isFile: false);
        Assert.Equal("old", table.Batches[0].Columns[0][0]);
        Assert.Equal("newer", table.Batches[1].Columns[0][0]);
        Assert.Equal(live, NativeBlock.LiveBytes);
    }

    [Fact]
    public void A_dictionary_that_shrinks_or_changes_is_refused()
    {
        Write(isFile: true, writer =>
        {
            writer.Write(1, ColumnData.FromDictionary<int>(new[] { 0 }, Texts("one", "two")));
            foreach (Utf8Builder other in (Utf8Builder[])[Texts("one"), Texts("one", "other", "three")])
            {
                ArgumentException error =
                    Assert.Throws<ArgumentException>(() => writer.Write(1, ColumnData.FromDictionary<int>(new[] { 0 }, other)));
                Assert.Contains("may only grow", error.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void Parts_are_found_by_index()
    {
        Utf8Builder texts = new();
        byte[] bytes = Write(isFile: true, writer =>
        {
            writer.Write(0, ColumnData.FromDictionary<int>(Array.Empty<int>(), texts));
            for (int part = 1; part <= 20; part++)
            {
                for (int i = 0; i < part; i++)
                    texts.Add($"{part}.{i}");
                writer.Write(0, ColumnData.FromDictionary<int>(Array.Empty<int>(), texts));
            }
        });
        using TemporaryFile file = new(bytes);
        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        Utf8Column read = reader.Batch(0).Column("comm").Dictionary;
        Assert.Equal(texts.Count, read.Count);
        for (int i = 0; i < texts.Count; i++)
            Assert.True(texts[i].SequenceEqual(read[i]), $"text {i}");
        Assert.Throws<ArgumentOutOfRangeException>(() => read[texts.Count].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => read[-1].Length);
    }

    private static Utf8Builder Texts(params string[] texts)
    {
        Utf8Builder builder = new();
        foreach (string text in texts)
            builder.Add(text);
        return builder;
    }

    private static byte[] Write(bool isFile, Action<ArrowWriter> write)
    {
        using MemoryStream stream = new();
        ArrowWriterOptions options = new() { LeaveOpen = true };
        using ArrowWriter writer = isFile
            ? new ArrowFileWriter(stream, s_schema, options)
            : new ArrowStreamWriter(stream, s_schema, options);
        write(writer);
        writer.Finish();
        return stream.ToArray();
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text)
    {
        int count = 0;
        for (int at = bytes.IndexOf(text); at >= 0; at = bytes.IndexOf(text))
        {
            count++;
            bytes = bytes[(at + text.Length)..];
        }

        return count;
    }
}
