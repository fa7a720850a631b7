using System.Buffers.Binary;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

/// <summary>Damaged input is read or refused; it never crashes, hangs, or takes memory that the input does not account for.</summary>
/// <remarks>Files are read from memory that ends at a guard page: a byte read past the end ends the test run.</remarks>
public sealed class HostileInputTests
{
    // A frame can honestly unfold 32768 times; with three of the file's frames damaged to claim that, this is not reached.
    private const long MaxLiveBytes = 1L << 30;

    private static readonly int[] s_oddNumbers = [-1, int.MaxValue, int.MinValue, 0, 64, 1 << 20];

    public static TheoryData<bool, ArrowCompression> Ways => Tables.FormatsAndCompressions;

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_truncation_is_refused_or_read(bool isFile, ArrowCompression compression)
    {
        byte[] whole = Small(isFile, compression);
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            bool isRead = TryRead(whole[..length], isFile);
            refused += isRead ? 0 : 1;
            // A file is whole only with its last byte. A stream may end between messages: each starts at a multiple of 8.
            Assert.False(isRead && (isFile || length % 8 != 0), $"{length} of {whole.Length} bytes were read as a whole");
        }

        Assert.True(TryRead(whole, isFile));
        Assert.True(refused >= whole.Length - 8, $"{refused} of {whole.Length} truncations were refused");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_byte_may_be_damaged(bool isFile, ArrowCompression compression)
    {
        byte[] whole = Small(isFile, compression);
        int refused = 0;
        foreach (byte flips in (byte[])[0x01, 0x80, 0xFF])
        {
            for (int at = 0; at < whole.Length; at++)
            {
                whole[at] ^= flips;
                refused += TryRead(whole, isFile) ? 0 : 1;
                whole[at] ^= flips;
            }
        }

        // Values, padding and names can be anything; lengths, offsets, kinds and frames cannot.
        Assert.InRange(refused, 100, 3 * whole.Length);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Random_damage_is_refused_or_read(bool isFile, ArrowCompression compression)
    {
        byte[] whole = Small(isFile, compression);
        Random random = new(20_240_601);
        for (int turn = 0; turn < 4000; turn++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 6); i > 0; i--)
                Damage(damaged, random);
            TryRead(damaged, isFile);
        }
    }

    [Fact]
    public void Files_that_are_something_else_are_refused_with_the_place()
    {
        ArrowFormatException empty = Refused([], isFile: true);
        Assert.Equal("0 bytes", empty.Found);
        ArrowFormatException stream = Refused(Small(isFile: false, ArrowCompression.None), isFile: true);
        Assert.Equal(0, stream.Offset);
        Assert.Contains("a stream has no magic", stream.Allowed, StringComparison.Ordinal);
        ArrowFormatException text = Refused(new byte[100], isFile: true);
        Assert.Equal("magic at the start", text.What);
        ArrowFormatException noStream = Refused([], isFile: false);
        Assert.Equal("Arrow stream", noStream.What);
        ArrowFormatException file = Refused(Small(isFile: true, ArrowCompression.None), isFile: false);
        Assert.Equal("the magic of an Arrow file", file.Found);
        Refused("#!/bin/sh\necho this is no Arrow stream at all\n"u8.ToArray(), isFile: false);
    }

    [Fact]
    public void A_broken_off_file_is_refused()
    {
        using MemoryStream stream = new();
        using (ArrowFileWriter writer = new(stream, new ArrowSchema([new("x", ArrowType.Int32)]), new() { LeaveOpen = true }))
            writer.Write(2, ColumnData.From([1, 2]));
        ArrowFormatException error = Refused(stream.ToArray(), isFile: true);
        Assert.Equal("magic at the end", error.What);
    }

    [Fact]
    public void Texts_and_indices_are_checked_when_they_are_read()
    {
        TestTable texts = TestTable.OneColumn(ArrowType.Utf8, false, ["needle", "b"]);
        byte[] bytes = Tables.Write(texts, isFile: true, ArrowCompression.None);
        // The offsets 0, 6, 7 as they lie in the body.
        int at = bytes.AsSpan().IndexOf(new byte[] { 0, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0 });
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 4), 1000);
        using (TemporaryFile file = new(bytes))
        {
            using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
            ArrowColumn column = reader.Batch(0).Column(0);
            ArrowFormatException error = Assert.Throws<ArrowFormatException>(() => column.Text(0));
            Assert.Equal("offsets of row 0 of 'x'", error.What);
            Assert.Equal(at, error.Offset);
            Assert.Throws<ArrowFormatException>(() => column.Text(1));
        }

        TestTable words = TestTable.OneColumn(ArrowType.Dictionary(ArrowType.Int32), false, ["a", "b", "c", "a"]);
        bytes = Tables.Write(words, isFile: true, ArrowCompression.None);
        at = bytes.AsSpan().LastIndexOf(new byte[] { 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0 });
        bytes[at + 4] = 3;
        using (TemporaryFile file = new(bytes))
        {
            using ArrowFileReader reader = ArrowFileReader.Open(file.Path);
            ArrowColumn column = reader.Batch(0).Column(0);
            Assert.Equal("b", column.Text(1));
            Assert.Throws<ArrowFormatException>(() => column.Text(2));
            ArrowFormatException error = Assert.Throws<ArrowFormatException>(column.CheckIndices);
            Assert.Equal("dictionary index in row 2 of 'x'", error.What);
            Assert.Equal("3", error.Found);
            Assert.Equal("0 to 2", error.Allowed);
        }
    }

    [Fact]
    public void A_frame_of_another_length_than_it_says_is_refused()
    {
        TestTable table = TestTable.OneColumn(ArrowType.Int64, false, [.. Enumerable.Repeat((object)"7", 100)]);
        byte[] bytes = Tables.Write(table, isFile: true, ArrowCompression.Zstd);
        int frame = bytes.AsSpan().IndexOf(new byte[] { 0x28, 0xB5, 0x2F, 0xFD });
        Assert.Equal(800, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(frame - 8)));
        foreach ((long claimed, string what) in ((long, string)[])[
            (801, "zstd content of values of 'x'"), (long.MaxValue, "uncompressed length of values of 'x'"),
            (-2, "uncompressed length of values of 'x'"), (799, "length of values of 'x'")])
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(frame - 8), claimed);
            Assert.Equal(what, Refused(bytes, isFile: true).What);
        }
    }

    private static byte[] Small(bool isFile, ArrowCompression compression)
    {
        ArrowMetadata metadata = new([new("key", "value")]);
        ArrowSchema schema = new(
            [
                new("ts", ArrowType.Timestamp(ArrowTimeUnit.Nanosecond, "UTC")), new("cpu", ArrowType.UInt16, true, metadata),
                new("comm", ArrowType.Dictionary(ArrowType.Int8), true), new("text", ArrowType.Utf8, true), new("flag", ArrowType.Bool),
                new("list", ArrowType.List(ArrowType.Int32), true),
            ],
            metadata);
        object?[][] first = [Repeat("123456789", 40), Repeat("3", 40, 5), Repeat("bash", 40, 7), Repeat("some text", 40, 3),
            Repeat("true", 40), Repeat(new object?[] { "1", "2" }, 40, 9)];
        object?[][] second = [Repeat("5", 3), Repeat("3", 3, 2), Repeat("sh", 3), Repeat("x", 3), Repeat("false", 3),
            Repeat(new object?[] { "7" }, 3)];
        return Tables.Write(new TestTable(schema, [new TestBatch(40, first), new TestBatch(3, second)]), isFile, compression);
    }

    private static object?[] Repeat(object value, int rows, int nullEvery = int.MaxValue) =>
        [.. Enumerable.Range(1, rows).Select(row => row % nullEvery == 0 ? null : value)];

    private static void Damage(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at + 4 <= bytes.Length:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), s_oddNumbers[random.Next(s_oddNumbers.Length)]);
                break;
            default:
                bytes.AsSpan(random.Next(bytes.Length), 1).CopyTo(bytes.AsSpan(at));
                break;
        }
    }

    private static ArrowFormatException Refused(byte[] bytes, bool isFile) =>
        Assert.Throws<ArrowFormatException>(() => ReadAll(bytes, isFile));

    /// <summary>Reads all that a caller could; false if it was refused, and any other exception fails the test.</summary>
    private static bool TryRead(byte[] bytes, bool isFile)
    {
        long live = NativeBlock.LiveBytes;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = true;
        try
        {
            ReadAll(bytes, isFile);
        }
        catch (ArrowFormatException)
        {
            isRead = false;
        }

        Assert.Equal(live, NativeBlock.LiveBytes);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 64 << 20, "too much managed memory");
        return isRead;
    }

    private static void ReadAll(byte[] bytes, bool isFile)
    {
        if (isFile)
        {
            using GuardedMemory memory = new(bytes);
            using ArrowFileReader reader = ArrowFileReader.Open(memory.Map());
            for (int i = 0; i < reader.BatchCount; i++)
                Touch(reader.Batch(i));
            return;
        }

        using ArrowStreamReader stream = new(new MemoryStream(bytes));
        while (stream.Read() is { } batch)
        {
            using (batch)
                Touch(batch);
        }
    }

    /// <summary>Reads rows of each column: all of a few, the first and last thousand of many.</summary>
    private static void Touch(RecordBatch batch)
    {
        Assert.InRange(NativeBlock.LiveBytes, 0, MaxLiveBytes);
        foreach (ArrowColumn column in batch.Columns)
        {
            for (int row = 0; row < column.Length; row++)
            {
                if (row == 1000)
                    row = Math.Max(row, column.Length - 1000);
                if (!column.IsNull(row))
                    TouchValue(column, row);
            }
        }
    }

    private static void TouchValue(ArrowColumn column, int row)
    {
        if (column.Type.Id != ArrowTypeId.List)
        {
            ColumnTexts.ReadValue(column, row);
            return;
        }

        Range items = column.ItemRange(row);
        for (int i = items.Start.Value; i < Math.Min(items.End.Value, items.Start.Value + 100); i++)
            ColumnTexts.ReadValue(column.Items, i);
    }
}
