using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Ipc;

/// <summary><see cref="ArrowSchema"/> to Schema tables of flatbuffers. The id of a dictionary is the index of its field.</summary>
internal static class SchemaEncoder
{
    /// <summary>Writes the schema; returns its place. Slots as in <see cref="SchemaDecoder"/>.</summary>
    public static int Encode(FlatBuilder builder, ArrowSchema schema)
    {
        int[] fields = new int[schema.Fields.Count];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = Field(builder, schema.Fields[i], dictionaryId: i);
        int fieldVector = builder.References(fields);
        int metadata = Metadata(builder, schema.Metadata);
        builder.StartTable(3);
        builder.AddReference(1, fieldVector);
        AddMetadata(builder, 2, metadata);
        builder.AddInt16(0, 0);
        return builder.EndTable();
    }

    private static int Field(FlatBuilder builder, ArrowField field, long dictionaryId)
    {
        ArrowType type = field.Type;
        bool isDictionary = type.Id == ArrowTypeId.Dictionary;
        int children = type.Id == ArrowTypeId.List
            ? builder.References([Field(builder, new ArrowField("item", type.ValueType!, type.HasNullableItems), -1)])
            : builder.References([]);
        int dictionary = isDictionary ? Dictionary(builder, type, dictionaryId) : 0;
        FormatType kind = TypeEncoder.Kind(isDictionary ? type.ValueType! : type);
        int typeTable = TypeEncoder.Encode(builder, isDictionary ? type.ValueType! : type);
        int metadata = Metadata(builder, field.Metadata);
        int name = builder.Text(field.Name);
        builder.StartTable(7);
        builder.AddReference(0, name);
        builder.AddReference(3, typeTable);
        if (isDictionary)
            builder.AddReference(4, dictionary);
        builder.AddReference(5, children);
        AddMetadata(builder, 6, metadata);
        builder.AddUInt8(2, (byte)kind);
        builder.AddFlag(1, field.IsNullable);
        return builder.EndTable();
    }

    private static int Dictionary(FlatBuilder builder, ArrowType type, long id)
    {
        int index = TypeEncoder.Encode(builder, type.IndexType!);
        builder.StartTable(4);
        builder.AddInt64(0, id);
        builder.AddReference(1, index);
        builder.AddFlag(2, type.IsOrdered);
        return builder.EndTable();
    }

    private static int Metadata(FlatBuilder builder, ArrowMetadata metadata)
    {
        if (metadata.Count == 0)
            return 0;
        int[] entries = new int[metadata.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            int key = builder.Text(metadata[i].Key);
            int value = builder.Text(metadata[i].Value);
            builder.StartTable(2);
            builder.AddReference(0, key);
            builder.AddReference(1, value);
            entries[i] = builder.EndTable();
        }

        return builder.References(entries);
    }

    private static void AddMetadata(FlatBuilder builder, int slot, int place)
    {
        if (place != 0)
            builder.AddReference(slot, place);
    }
}
