using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests;

/// <summary>The content of event files for other tools, and files that are rejected.</summary>
public sealed class EventFileLayoutTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-layout").FullName;

    private string FilePath => Path.Combine(_folder, "trace.arrow");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(64)]
    public void A_reader_that_begins_at_the_footer_finds_names_and_facts(int batchRows)
    {
        using EventTable written = SyntheticTrace.Random(1, 100, 3);
        using MemoryStream stream = new(WriteBatches(written, batchRows));
        using ArrowFileReader reader = new(stream);
        Assert.Equal(TraceFactsJson.Serialize(written.Facts), reader.Schema.Metadata[EventFile.FactsKey]);
        Assert.Equal(ArrowTypeId.Dictionary, reader.Schema.GetFieldByName("kind").DataType.TypeId);
        int row = 0;
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            for (int index = 0; index < batch.Length; index++, row++)
            {
                Assert.Equal(written.TimesNs[row], ((Int64Array)batch.Column("ts_ns")).GetValue(index));
                Assert.Equal(EventKinds.Name(written.Kinds[row]), Text((DictionaryArray)batch.Column("kind"), index));
                Assert.Equal(written.CommNames[written.Comms[row]], Text((DictionaryArray)batch.Column("comm"), index));
            }
        }

        Assert.Equal(written.Count, row);
    }

    [Fact]
    public void Each_field_says_what_it_means()
    {
        using EventTable written = SyntheticTrace.Random(1, 100, 3);
        using MemoryStream stream = new(WriteBatches(written, 64));
        using ArrowFileReader reader = new(stream);
        Assert.Equal("ns", reader.Schema.GetFieldByName("ts_ns").Metadata["unit"]);
        Assert.All(EventField.Of(written.Facts), field => Assert.Equal(field.Description, reader.Schema.GetFieldByName(field.Name).Metadata["description"]));
        Assert.Equal("ticks", EventField.Of(written.Facts with { ClockUnit = "ticks" })[0].Unit);
    }

    [Fact]
    public void A_reader_that_begins_at_the_first_message_finds_the_numbers()
    {
        using EventTable written = SyntheticTrace.Random(1, 100, 3);
        using MemoryStream stream = new(WriteBatches(written, 1_000_000));
        stream.Position = 8;
        using ArrowStreamReader reader = new(stream);
        RecordBatch batch = reader.ReadNextRecordBatch();
        Assert.Equal(written.Tids, ((Int32Array)batch.Column("tid")).Values);
        Assert.Equal(written.Comms, ((Int32Array)batch.Column("comm")).Values);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(64)]
    public void Batches_come_back_as_one_table(int batchRows)
    {
        using EventTable written = SyntheticTrace.Random(1, 500, 3);
        File.WriteAllBytes(FilePath, WriteBatches(written, batchRows));
        using EventTable read = EventFile.Open(FilePath);
        Assert.Equal(batchRows > written.Count, read is LoadedEvents);
        using StringWriter expected = new(), found = new();
        EventCsv.Write(written, expected);
        EventCsv.Write(read, found);
        Assert.Equal(expected.ToString(), found.ToString());
    }

    [Fact]
    public void A_table_without_rows_comes_back()
    {
        using EventColumns written = new(0);
        written.Complete(new TraceFacts { Format = "made" }, CommTable.Empty);
        EventFile.Write(written, FilePath);
        using EventTable read = EventFile.Open(FilePath);
        Assert.Equal(0, read.Count);
        Assert.Equal([""], read.CommNames.Names);
    }

    [Fact]
    public void Opening_allocates_nothing_per_event()
    {
        long few = AllocatedByOpening(1_000), many = AllocatedByOpening(100_000);
        Assert.InRange(many - few, -20_000, 20_000);
    }

    [Fact]
    public void The_same_events_give_the_same_bytes()
    {
        using EventTable written = SyntheticTrace.Random(1, 500, 3);
        Assert.Equal(WriteBatches(written, 64), WriteBatches(written, 64));
    }

    [Fact]
    public void A_file_of_the_earlier_layout_is_rejected_with_the_command_that_makes_it_again()
    {
        WriteForeign([new("forktrace.events_version", "1")], fields => fields);
        Assert.Contains(
            $"version 1, and this program reads version 2: create it again with forktrace ingest TRACE -o {FilePath}",
            Rejection(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_Arrow_file_of_something_else_is_rejected()
    {
        WriteForeign([], fields => fields);
        Assert.Contains("not one of events", Rejection(), StringComparison.Ordinal);
        WriteForeign([new("forktrace.events_version", "2")], fields => [.. fields, new Field("more", Int32Type.Default, false)]);
        Assert.Contains("9 columns", Rejection(), StringComparison.Ordinal);
        WriteForeign([new("forktrace.events_version", "2")], fields => [.. fields[..7], new Field("value", DoubleType.Default, false)]);
        Assert.Contains("neither number nor text", Rejection(), StringComparison.Ordinal);
        WriteForeign([new("forktrace.events_version", "2")], fields => [.. fields[..7], new Field("value", Int32Type.Default, false)]);
        Assert.Contains("value: int32; an event file has", Rejection(), StringComparison.Ordinal);
    }

    // Adds fields that the writer never writes: the table's list of fields is extended into the table itself, whose first bytes are not 0.
    // The path to the table consists of field numbers in Message.fbs and Schema.fbs.
    [Theory]
    [InlineData(0, 0, "big-endian numbers")]
    [InlineData(1, 3, "compressed columns")]
    [InlineData(4, 2, "delta dictionary")]
    public void What_Arrow_allows_and_an_event_file_does_not_have_is_rejected(int message, int field, string says)
    {
        using EventTable written = SyntheticTrace.Random(1, 20, 2);
        byte[] bytes = WriteBatches(written, 1_000_000);
        int at = Head(bytes, message);
        int root = at + Int32(bytes, at);
        int header = root + Int16(bytes, root - Int32(bytes, root) + 4 + (2 * 2));
        int table = header + Int32(bytes, header), fields = table - Int32(bytes, table);
        bytes[fields] = (byte)Math.Max(bytes[fields], 6 + (2 * field));
        if (fields + 4 + (2 * field) < table)
            bytes[fields + 4 + (2 * field)] = 4;
        File.WriteAllBytes(FilePath, bytes);
        Assert.Contains(says, Rejection(), StringComparison.Ordinal);
    }

    // A column's node in the batch's header has its number of rows and of nulls.
    [Theory]
    [InlineData(1 << 30, 0, "has 1073741824 rows")]
    [InlineData(0, 1, "1 of them null")]
    public void A_column_that_has_not_a_value_for_each_row_is_rejected(int rows, int nulls, string says)
    {
        using EventTable written = SyntheticTrace.Random(1, 20, 2);
        byte[] bytes = WriteBatches(written, 1_000_000);
        int at = Head(bytes, 1);
        byte[] node = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(node, written.Count);
        Span<byte> found = bytes.AsSpan(at + bytes.AsSpan(at, Int32(bytes, at - 4)).IndexOf(node));
        BinaryPrimitives.WriteInt64LittleEndian(found, rows > 0 ? rows : written.Count);
        BinaryPrimitives.WriteInt64LittleEndian(found[8..], nulls);
        File.WriteAllBytes(FilePath, bytes);
        Assert.Contains(says, Rejection(), StringComparison.Ordinal);
    }

    private static byte[] WriteBatches(EventTable table, int batchRows)
    {
        using MemoryStream stream = new();
        EventFile.Write(table, stream, batchRows);
        return stream.ToArray();
    }

    private static string? Text(DictionaryArray array, int row) =>
        ((StringArray)array.Dictionary).GetString(Convert.ToInt32(((IReadOnlyList<byte?>?)(array.Indices as UInt8Array))?[row]
            ?? ((Int32Array)array.Indices).GetValue(row), System.Globalization.CultureInfo.InvariantCulture));

    // Offset of a message's header. The messages are the schema, a batch, and after the second magic a schema and two dictionaries.
    private static int Head(byte[] bytes, int message)
    {
        int at = 16;
        for (; message > 0; message--)
        {
            int root = at + Int32(bytes, at), list = root - Int32(bytes, root);
            int body = Int16(bytes, list) > 10 && Int16(bytes, list + 10) != 0 ? Int32(bytes, root + Int16(bytes, list + 10)) : 0;
            at += Int32(bytes, at - 4) + body + 8;
            if (Int32(bytes, at - 4) == 0)
                at += 16;
        }

        return at;
    }

    private static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int Int16(byte[] bytes, int at) => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at));

    private string Rejection()
    {
        string message = Assert.Throws<EventFileException>(() => EventFile.Open(FilePath)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private long AllocatedByOpening(int forks)
    {
        using EventTable written = SyntheticTrace.Random(1, forks, 3);
        EventFile.Write(written, FilePath);
        EventFile.Open(FilePath).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        EventFile.Open(FilePath).Dispose();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void WriteForeign(KeyValuePair<string, string>[] metadata, Func<Field[], Field[]> change)
    {
        Schema schema = new(change([.. EventSchema.Numbers.FieldsList]), metadata);
        using FileStream stream = new(FilePath, FileMode.Create);
        using ArrowFileWriter writer = new(stream, schema);
        IEnumerable<IArrowArray> columns = schema.FieldsList.Select(field =>
            ArrowArrayFactory.BuildArray(new ArrayData(field.DataType, 1, 0, 0, [Zeros(), Zeros()])));
        writer.WriteRecordBatch(new RecordBatch(schema, columns, 1));
        writer.WriteEnd();

        static ArrowBuffer Zeros() => new(new byte[8]);
    }
}
