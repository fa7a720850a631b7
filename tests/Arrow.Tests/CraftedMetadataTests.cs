using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Arrow.Tests.Model;
using ForkTrace.Arrow.Writing;

namespace ForkTrace.Arrow.Tests;

/// <summary>Metadata that is well formed and lies: one number at a time, each refused by name.</summary>
public sealed class CraftedMetadataTests
{
    private static readonly ArrowSchema s_schema = new([new("x", ArrowType.Int64, true)]);

    // Rows, nodes (length, nulls), buffers (offset, length), what is refused; the body is 64 bytes. An honest batch of 4 rows comes first.
    public static TheoryData<long, long[], long[], string> Batches => new()
    {
        { 4, [4, 1], [0, 1, 8, 32], "" },
        { -1, [4, 1], [0, 1, 8, 32], "length of RecordBatch" },
        { 1L << 31, [4, 1], [0, 1, 8, 32], "length of RecordBatch" },
        { 3, [4, 1], [0, 1, 8, 32], "rows of 'x'" },
        { 4, [-4, 1], [0, 1, 8, 32], "rows of 'x'" },
        { 4, [1L << 31, 1], [0, 1, 8, 32], "rows of 'x'" },
        { 4, [4, 5], [0, 1, 8, 32], "null count of 'x'" },
        { 4, [4, -1], [0, 1, 8, 32], "null count of 'x'" },
        { 4, [4, 1], [0, 0, 8, 32], "length of validity of 'x'" },
        { 4, [4, 0], [0, 0, 8, 31], "length of values of 'x'" },
        { 4, [4, 0], [0, 0, 40, 32], "length of values of 'x'" },
        { 4, [4, 0], [0, 0, 33, 32], "length of values of 'x'" },
        { 4, [4, 0], [0, 0, 65, 32], "offset of values of 'x'" },
        { 4, [4, 0], [0, 0, -8, 32], "offset of values of 'x'" },
        { 4, [4, 0], [0, 0, long.MinValue, 32], "offset of values of 'x'" },
        { 4, [4, 0], [0, 0, 8, long.MaxValue], "length of values of 'x'" },
        { 4, [4, 0], [0, 0, 8, -32], "length of values of 'x'" },
        { 4, [4, 0], [long.MaxValue, 1, 8, 32], "offset of validity of 'x'" },
        { 4, [], [0, 0, 8, 32], "field nodes up to 'x'" },
        { 4, [4, 0, 4, 0], [0, 0, 8, 32], "field nodes" },
        { 4, [4, 0], [0, 0], "buffers up to values of 'x'" },
        { 4, [4, 0], [0, 0, 8, 32, 40, 8], "buffers" },
    };

    // Offset, metadata bytes, body bytes; the true ones are added to those that are not negative here.
    public static TheoryData<long, long, long, string> Blocks => new()
    {
        { 0, 0, 0, "" },
        { long.MinValue, 0, 0, "offset of a block" },
        { 1L << 40, 0, 0, "offset of a block" },
        { 0, int.MinValue, 0, "metadata length of a block" },
        { 0, 1 << 20, 0, "metadata length of a block" },
        { 0, -1000, 0, "metadata length of a block" },
        { 0, 0, long.MinValue, "body length of a block" },
        { 0, 0, 1 << 20, "body length of a block" },
        { 0, 0, long.MaxValue - 1000, "body length of a block" },
        { 0, 0, -8, "bodyLength of Message" },
        { 0, -8, 0, "metadata length" },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_batch_whose_numbers_do_not_fit_is_refused(long rows, long[] nodes, long[] buffers, string what)
    {
        BatchLayout layout = new() { RowCount = rows, Nodes = nodes, Buffers = buffers, BodyBytes = 64, IsCompressed = false };
        using MemoryStream stream = new();
        MessageSink sink = new(stream);
        sink.WriteMetadata(MetadataEncoder.Schema(s_schema));
        sink.WriteMetadata(MetadataEncoder.RecordBatch(layout));
        sink.Write(new byte[64]);
        sink.WriteEnd();
        Expect(what, () => Tables.Read(stream.ToArray(), isFile: false));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_footer_that_points_elsewhere_is_refused(long offset, long metadataBytes, long bodyBytes, string what)
    {
        BatchLayout layout = new() { RowCount = 4, Nodes = [4, 0], Buffers = [0, 0, 0, 32], BodyBytes = 64, IsCompressed = false };
        using MemoryStream stream = new();
        MessageSink sink = new(stream);
        sink.Write(IpcFormat.Magic);
        sink.Pad(IpcFormat.FileHeaderBytes);
        long start = sink.Position;
        int size = sink.WriteMetadata(MetadataEncoder.RecordBatch(layout));
        sink.Write(new byte[64]);
        ReadOnlySpan<byte> footer = MetadataEncoder.Footer(s_schema, [], [start + offset, (uint)(size + metadataBytes), 64 + bodyBytes]);
        sink.Write(footer);
        sink.WriteInt32(footer.Length);
        sink.Write(IpcFormat.Magic);
        Expect(what, () => Tables.Read(stream.ToArray(), isFile: true));
    }

    [Fact]
    public void A_message_of_another_kind_or_dictionary_is_refused()
    {
        BatchLayout none = new() { RowCount = 0, Nodes = [0, 0], Buffers = [0, 0, 0, 0, 0, 0], BodyBytes = 0, IsCompressed = false };
        byte[] unknown = Stream(MetadataEncoder.Schema(s_schema), MetadataEncoder.DictionaryBatch(none, id: 5, isDelta: false));
        Expect("id of dictionary batch", () => Tables.Read(unknown, isFile: false));
        byte[] twice = Stream(MetadataEncoder.Schema(s_schema), MetadataEncoder.Schema(s_schema));
        Expect("message", () => Tables.Read(twice, isFile: false));
        byte[] headless = Stream(MetadataEncoder.RecordBatch(none), MetadataEncoder.Schema(s_schema));
        Expect("first message", () => Tables.Read(headless, isFile: false));
    }

    [Fact]
    public void A_file_whose_dictionary_is_replaced_is_refused()
    {
        ArrowSchema schema = new([new("x", ArrowType.Dictionary(ArrowType.Int32), true)]);
        BatchLayout none = new() { RowCount = 0, Nodes = [0, 0], Buffers = [0, 0, 0, 0, 0, 0], BodyBytes = 0, IsCompressed = false };
        foreach (bool isDelta in (bool[])[true, false])
        {
            using MemoryStream stream = new();
            MessageSink sink = new(stream);
            sink.Write(IpcFormat.Magic);
            sink.Pad(IpcFormat.FileHeaderBytes);
            List<long> blocks = [sink.Position, sink.WriteMetadata(MetadataEncoder.DictionaryBatch(none, id: 0, isDelta: false)), 0];
            blocks.AddRange([sink.Position, sink.WriteMetadata(MetadataEncoder.DictionaryBatch(none, id: 0, isDelta)), 0]);
            ReadOnlySpan<byte> footer = MetadataEncoder.Footer(schema, [.. blocks], []);
            sink.Write(footer);
            sink.WriteInt32(footer.Length);
            sink.Write(IpcFormat.Magic);
            Expect(isDelta ? "" : "dictionary batch of dictionary 0", () => Tables.Read(stream.ToArray(), isFile: true));
        }
    }

    private static byte[] Stream(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using MemoryStream stream = new();
        MessageSink sink = new(stream);
        sink.WriteMetadata(first);
        sink.WriteMetadata(second);
        sink.WriteEnd();
        return stream.ToArray();
    }

    private static void Expect(string what, Action read)
    {
        long live = NativeBlock.LiveBytes;
        if (what.Length == 0)
            read();
        else
            Assert.Equal(what, Assert.Throws<ArrowFormatException>(read).What);
        Assert.Equal(live, NativeBlock.LiveBytes);
    }
}
