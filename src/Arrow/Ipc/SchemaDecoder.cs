using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Ipc;

/// <summary>Schema tables of flatbuffers to <see cref="ArrowSchema"/>.</summary>
internal static class SchemaDecoder
{
    /// <summary>Schema: 0 endianness, 1 fields, 2 custom metadata.</summary>
    public static ArrowSchema Decode(FlatTable schema)
    {
        if (schema.Int16(0) != 0)
            Reject.With("endianness", schema.FileOffset, "big-endian data", "little-endian data");
        FlatVector fields = schema.Vector(1, sizeof(int), "Field");
        ArrowField[] decoded = new ArrowField[fields.Count];
        for (int i = 0; i < decoded.Length; i++)
            decoded[i] = Field(fields.Table(i));
        return new ArrowSchema(decoded, Metadata(schema.Vector(2, sizeof(int), "KeyValue")));
    }

    /// <summary>KeyValue: 0 key, 1 value.</summary>
    public static ArrowMetadata Metadata(FlatVector entries)
    {
        if (entries.Count == 0)
            return ArrowMetadata.Empty;
        KeyValuePair<string, string>[] decoded = new KeyValuePair<string, string>[entries.Count];
        for (int i = 0; i < decoded.Length; i++)
        {
            FlatTable entry = entries.Table(i);
            decoded[i] = new(entry.Text(0, "metadata key") ?? "", entry.Text(1, "metadata value") ?? "");
        }

        return new ArrowMetadata(decoded);
    }

    /// <summary>Field: 0 name, 1 nullable, 2 type's kind, 3 type, 4 dictionary, 5 children, 6 custom metadata.</summary>
    private static ArrowField Field(FlatTable field)
    {
        string name = field.Text(0, "field name") ?? "";
        ArrowType type = TypeDecoder.Decode(field, name);
        long dictionaryId = -1;
        if (field.TryTable(4, "DictionaryEncoding", out FlatTable dictionary))
        {
            type = TypeDecoder.Dictionary(dictionary, type, name);
            dictionaryId = dictionary.Int64(0);
        }

        return new ArrowField(name, type, field.Flag(1), Metadata(field.Vector(6, sizeof(int), "KeyValue")), dictionaryId);
    }
}
