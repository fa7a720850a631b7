using System.IO.Pipes;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

public sealed class RoundTripTests
{
    public static TheoryData<bool, ArrowCompression> Ways => Tables.FormatsAndCompressions;

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_type_comes_back(bool isFile, ArrowCompression compression)
    {
        foreach (bool hasNulls in (bool[])[false, true])
        {
            TestTable table = Tables.Everything(hasNulls);
            long live = NativeBlock.LiveBytes;
            Assert.Equal(table.ToJson(), Tables.Read(Tables.Write(table, isFile, compression), isFile).ToJson());
            Assert.Equal(live, NativeBlock.LiveBytes);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Each_type_alone_comes_back_at_every_small_length(bool isFile, ArrowCompression compression)
    {
        foreach ((ArrowType type, object[] values) in Tables.EveryType)
        {
            for (int rows = 0; rows < 18; rows++)
            {
                object?[] column = [.. Enumerable.Range(0, rows).Select(i => i % 3 == 2 ? null : values[i % values.Length])];
                TestTable table = TestTable.OneColumn(type, true, column);
                Assert.Equal(table.ToJson(), Tables.Read(Tables.Write(table, isFile, compression), isFile).ToJson());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Tables_without_columns_or_batches_come_back(bool isFile, ArrowCompression compression)
    {
        TestTable noColumns = new(new ArrowSchema([]), [new TestBatch(7, []), new TestBatch(0, [])]);
        TestTable noBatches = new(Tables.Everything(true).Schema, []);
        foreach (TestTable table in (TestTable[])[noColumns, noBatches])
            Assert.Equal(table.ToJson(), Tables.Read(Tables.Write(table, isFile, compression), isFile).ToJson());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Large_columns_that_compress_come_back(bool isFile, ArrowCompression compression)
    {
        ArrowSchema schema = new([new("ts_ns", ArrowType.Int64), new("cpu", ArrowType.UInt16)]);
        long[] times = [.. Enumerable.Range(0, 300_000).Select(i => i * 1000L)];
        ushort[] cpus = [.. Enumerable.Range(0, 300_000).Select(i => (ushort)(i % 8))];
        using TemporaryFile file = new();
        using (FileStream stream = File.Create(file.Path))
        {
            ArrowWriterOptions options = new() { Compression = compression };
            using ArrowWriter writer = isFile
                ? new ArrowFileWriter(stream, schema, options)
                : new ArrowStreamWriter(stream, schema, options);
            writer.Write(times.Length, ColumnData.From(times), ColumnData.From(cpus));
            writer.Finish();
        }

        long plain = times.Length * 10;
        Assert.Equal(compression == ArrowCompression.None, new FileInfo(file.Path).Length > plain);
        if (isFile)
        {
            using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
            Assert.True(reader.Batch(0).Column("ts_ns").Values<long>().SequenceEqual(times));
            Assert.True(reader.Batch(0).Column("cpu").Values<ushort>().SequenceEqual(cpus));
        }
        else
        {
            using ArrowStreamReader reader = new(File.OpenRead(file.Path));
            using RecordBatch batch = reader.Read()!;
            Assert.True(batch.Column("ts_ns").Values<long>().SequenceEqual(times));
            Assert.True(batch.Column("cpu").Values<ushort>().SequenceEqual(cpus));
            Assert.Null(reader.Read());
            Assert.Equal(new FileInfo(file.Path).Length, reader.BytesRead);
        }
    }

    [Fact]
    public async Task A_stream_goes_through_a_pipe()
    {
        TestTable table = Tables.Everything(hasNulls: true);
        using AnonymousPipeServerStream writing = new(PipeDirection.Out);
        using AnonymousPipeClientStream reading = new(PipeDirection.In, writing.ClientSafePipeHandle);
        Task write = Task.Run(() =>
        {
            writing.Write(Tables.Write(table, isFile: false, ArrowCompression.Zstd));
            writing.Dispose();
        });
        Assert.Equal(table.ToJson(), Tables.ReadStream(reading).ToJson());
        await write.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_file_is_a_stream_between_magics()
    {
        TestTable table = Tables.Everything(hasNulls: true);
        byte[] file = Tables.Write(table, isFile: true, ArrowCompression.None);
        byte[] inner = file[8..];
        // The stream inside a file ends with its end marker; the footer after it is not looked at.
        Assert.Equal(table.ToJson(), Tables.Read(inner, isFile: false).ToJson());
    }

    [Theory]
    [InlineData(ArrowCompression.None)]
    [InlineData(ArrowCompression.Zstd)]
    public void Streams_framed_as_before_0_15_are_read(ArrowCompression compression)
    {
        TestTable table = TestTable.OneColumn(ArrowType.Int32, false, ["1", "2"], ["3"]);
        byte[] bytes = Tables.Write(table, isFile: false, compression);
        // Each message without its FF FF FF FF; metadata and bodies here are multiples of 64 bytes, so markers are only at such places.
        List<byte> old = [];
        for (int at = 0; at < bytes.Length; at += 8)
        {
            bool isMarker = at % 64 == 0 && BitConverter.ToInt32(bytes, at) == -1 && BitConverter.ToInt32(bytes, at + 4) >= 0;
            old.AddRange(bytes.AsSpan(isMarker ? at + 4 : at, isMarker ? 4 : 8));
        }

        Assert.Equal(bytes.Length - (4 * 4), old.Count);
        Assert.Equal(table.ToJson(), Tables.Read([.. old], isFile: false).ToJson());
    }

    [Fact]
    public void Metadata_that_is_known_at_last_goes_to_the_footer()
    {
        using TemporaryFile file = new();
        ArrowSchema schema = new([new("x", ArrowType.Int32)], new ArrowMetadata([new("when", "before")]));
        using (ArrowFileWriter writer = new(File.Create(file.Path), schema))
        {
            writer.Write(1, ColumnData.From([42]));
            writer.FooterMetadata = new ArrowMetadata([new("when", "after"), new("events", "1")]);
            writer.Finish();
        }

        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        Assert.Equal("after", reader.Schema.Metadata["when"]);
        Assert.Equal("1", reader.Schema.Metadata["events"]);
        Assert.Null(reader.Schema.Metadata["missing"]);
        Assert.Equal([42], reader.Batch(0).Column("x").Values<int>().ToArray());
    }
}
