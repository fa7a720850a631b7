using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

/// <summary>Columns of a file are the file itself: no copy, no allocation, any size.</summary>
public sealed class MappingTests
{
    private const int Million = 1_000_000;

    [Fact]
    public void A_million_rows_are_read_without_allocation()
    {
        using TemporaryFile file = new();
        WriteMillion(file.Path, ArrowCompression.None);

        // The first reading may also set up what the runtime needs.
        ReadMillion(file.Path);
        long allocated = ReadMillion(file.Path);
        Assert.True(allocated < 32 * 1024, $"{allocated} bytes were allocated");
    }

    private static long ReadMillion(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long live = NativeBlock.LiveBytes;
        long sum = 0;
        long textBytes = 0;
        using (ArrowFileReader reader = ArrowFileReader.Open(path))
        {
            RecordBatch batch = reader.Batch(0);
            ReadOnlySpan<long> times = batch.Column("ts").Values<long>();
            foreach (long time in times)
                sum += time;
            ArrowColumn comm = batch.Column("comm");
            Utf8Column texts = comm.Dictionary;
            foreach (int index in comm.Values<int>())
                textBytes += texts[index].Length;
            for (int row = 0; row < comm.Length; row++)
                textBytes += comm.IsNull(row) ? 0 : comm.Bytes(row).Length;
            Assert.Equal(live, NativeBlock.LiveBytes);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((long)Million * (Million - 1) / 2, sum);
        Assert.Equal(2L * Million * 7, textBytes);
        return allocated;
    }

    [Fact]
    public void A_compressed_column_is_decompressed_once_and_only_if_it_is_used()
    {
        using TemporaryFile file = new();
        WriteMillion(file.Path, ArrowCompression.Zstd);
        long live = NativeBlock.LiveBytes;
        using (ArrowFileReader reader = ArrowFileReader.Open(file.Path))
        {
            ArrowColumn column = reader.Batch(0).Column("ts");
            Assert.Equal(live, NativeBlock.LiveBytes);
            ReadOnlySpan<long> once = column.Values<long>();
            ReadOnlySpan<long> twice = reader.Batch(0).Column("ts").Values<long>();
            Assert.Equal(Million - 1, once[^1]);
            Assert.True(Unsafe.AreSame(in once[0], in twice[0]));
            Assert.Equal(live + (8L * Million), NativeBlock.LiveBytes);
            reader.Batch(0).Dispose();
            Assert.Equal(live, NativeBlock.LiveBytes);
            Assert.Equal(Million - 1, reader.Batch(0).Column("ts").Values<long>()[^1]);
        }

        Assert.Equal(live, NativeBlock.LiveBytes);
    }

    [Fact]
    public void Many_threads_may_read_one_compressed_column()
    {
        using TemporaryFile file = new();
        WriteMillion(file.Path, ArrowCompression.Zstd);
        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        Parallel.For(0, 16, _ => Assert.Equal(Million - 1, reader.Batch(0).Column("ts").Values<long>()[^1]));
    }

    [Fact]
    public unsafe void Buffers_begin_at_multiples_of_64_bytes()
    {
        TestTable table = Tables.Everything(hasNulls: true);
        using TemporaryFile file = new(Tables.Write(table, isFile: true, ArrowCompression.None));
        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        ArrowColumn column = reader.Batch(0).Columns.First(column => column.Type == ArrowType.Int16);
        fixed (short* values = column.Values<short>())
        fixed (byte* validity = column.Validity)
        {
            Assert.Equal(0, (nint)values % 64);
            Assert.Equal(0, (nint)validity % 64);
        }
    }

    [Fact]
    public unsafe void A_body_of_more_than_two_gibibytes_is_written_and_mapped()
    {
        const int Rows = 300_000_000;
        long[] marks = [0, 1, (1L << 31) / 8, Rows - 1];
        // Memory that was never touched is zero and takes no room; the file is sparse where it is zero.
        long* values = (long*)NativeMemory.AllocZeroed(Rows, sizeof(long));
        using TemporaryFile file = new();
        try
        {
            foreach (long mark in marks)
                values[mark] = mark + 42;
            ArrowSchema schema = new([new("ts", ArrowType.Int64), new("after", ArrowType.Int32)]);
            using ArrowFileWriter writer = new(new SparseStream(File.Create(file.Path)), schema);
            int[] after = new int[Rows];
            after[^1] = 7;
            writer.Write(Rows, ColumnData.FromNative(values, Rows), ColumnData.From(after));
            writer.Finish();
            Assert.True(writer.BytesWritten > 3L << 30);
        }
        finally
        {
            NativeMemory.Free(values);
        }

        using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        ReadOnlySpan<long> read = reader.Batch(0).Column("ts").Values<long>();
        Assert.Equal(Rows, read.Length);
        foreach (long mark in marks)
            Assert.Equal(mark + 42, read[(int)mark]);
        Assert.Equal(0, read[2]);
        Assert.Equal(7, reader.Batch(0).Column("after").Values<int>()[Rows - 1]);
    }

    [Fact]
    public void Nothing_is_read_after_dispose()
    {
        using TemporaryFile file = new();
        WriteMillion(file.Path, ArrowCompression.None);
        ArrowFileReader reader = ArrowFileReader.Open(file.Path);
        RecordBatch batch = reader.Batch(0);
        ArrowColumn column = batch.Column("ts");
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => column.Values<long>().Length);
        Assert.Throws<ObjectDisposedException>(() => reader.Batch(0));
    }

    private static void WriteMillion(string path, ArrowCompression compression)
    {
        ArrowSchema schema = new([new("ts", ArrowType.Int64), new("comm", ArrowType.Dictionary(ArrowType.Int32), true)]);
        Utf8Builder comms = new();
        for (int i = 0; i < 100; i++)
            comms.Add($"task-{i:D2}");
        long[] times = [.. Enumerable.Range(0, Million).Select(i => (long)i)];
        int[] indices = [.. Enumerable.Range(0, Million).Select(i => i % 100)];
        using ArrowFileWriter writer = new(File.Create(path), schema, new() { Compression = compression });
        writer.Write(Million, ColumnData.From(times), ColumnData.FromDictionary<int>(indices, comms));
        writer.Finish();
    }

    /// <summary>Writes to a file and leaves holes where there are only zeros.</summary>
    private sealed class SparseStream(FileStream file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > 4096 && !buffer.ContainsAnyExcept((byte)0))
                file.Seek(buffer.Length, SeekOrigin.Current);
            else
                file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
