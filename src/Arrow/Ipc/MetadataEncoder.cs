using ForkTrace.Arrow.FlatBuffers;

namespace ForkTrace.Arrow.Ipc;

/// <summary>Writes the metadata of messages and the footer of a file.</summary>
internal static class MetadataEncoder
{
    public static ReadOnlySpan<byte> Schema(Schema.ArrowSchema schema)
    {
        FlatBuilder builder = new();
        return Message(builder, MessageKind.Schema, SchemaEncoder.Encode(builder, schema), bodyBytes: 0);
    }

    public static ReadOnlySpan<byte> RecordBatch(in BatchLayout layout)
    {
        FlatBuilder builder = new();
        return Message(builder, MessageKind.RecordBatch, Batch(builder, layout), layout.BodyBytes);
    }

    /// <summary>DictionaryBatch: 0 id, 1 data, 2 is delta.</summary>
    public static ReadOnlySpan<byte> DictionaryBatch(in BatchLayout layout, long id, bool isDelta)
    {
        FlatBuilder builder = new();
        int data = Batch(builder, layout);
        builder.StartTable(3);
        builder.AddInt64(0, id);
        builder.AddReference(1, data);
        builder.AddFlag(2, isDelta);
        return Message(builder, MessageKind.DictionaryBatch, builder.EndTable(), layout.BodyBytes);
    }

    /// <summary>Footer: 0 version, 1 schema, 2 dictionary blocks, 3 record batch blocks.</summary>
    public static ReadOnlySpan<byte> Footer(Schema.ArrowSchema schema, ReadOnlySpan<long> dictionaryBlocks, ReadOnlySpan<long> batchBlocks)
    {
        FlatBuilder builder = new();
        const int WordsPerBlock = IpcFormat.BlockBytes / sizeof(long);
        int batches = builder.Structs(batchBlocks, WordsPerBlock);
        int dictionaries = builder.Structs(dictionaryBlocks, WordsPerBlock);
        int schemaTable = SchemaEncoder.Encode(builder, schema);
        builder.StartTable(4);
        builder.AddReference(1, schemaTable);
        builder.AddReference(2, dictionaries);
        builder.AddReference(3, batches);
        builder.AddInt16(0, IpcFormat.Version5);
        return builder.Finish(builder.EndTable());
    }

    /// <summary>RecordBatch: 0 length, 1 nodes, 2 buffers, 3 compression (0 codec, 1 method).</summary>
    private static int Batch(FlatBuilder builder, in BatchLayout layout)
    {
        int compression = 0;
        if (layout.IsCompressed)
        {
            builder.StartTable(2);
            builder.AddUInt8(0, IpcFormat.ZstdCodec);
            builder.AddUInt8(1, 0);
            compression = builder.EndTable();
        }

        int buffers = builder.Structs(layout.Buffers, IpcFormat.BufferBytes / sizeof(long));
        int nodes = builder.Structs(layout.Nodes, IpcFormat.FieldNodeBytes / sizeof(long));
        builder.StartTable(4);
        builder.AddInt64(0, layout.RowCount);
        builder.AddReference(1, nodes);
        builder.AddReference(2, buffers);
        if (compression != 0)
            builder.AddReference(3, compression);
        return builder.EndTable();
    }

    private static ReadOnlySpan<byte> Message(FlatBuilder builder, MessageKind kind, int header, long bodyBytes)
    {
        builder.StartTable(4);
        builder.AddInt64(3, bodyBytes);
        builder.AddReference(2, header);
        builder.AddInt16(0, IpcFormat.Version5);
        builder.AddUInt8(1, (byte)kind);
        return builder.Finish(builder.EndTable());
    }
}
