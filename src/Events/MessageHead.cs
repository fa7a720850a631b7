namespace ForkTrace.Events;

/// <summary>
/// Checks the head of an Arrow message before Apache.Arrow reads it. Apache.Arrow allocates memory according to the number of columns, and
/// follows nested types without a limit. After this check, only flat schemas, batches and whole dictionaries remain, which are safe.
/// </summary>
/// <remarks>Field numbers and type codes are those of Arrow's Message.fbs and Schema.fbs; the encoding is that of FlatBuffers.</remarks>
internal static class MessageHead
{
    private const byte SchemaMessage = 1, DictionaryMessage = 2, BatchMessage = 3;
    private const byte IntType = 2, TextType = 5;
    private const int MetadataMax = 2;

    /// <summary>Throws <see cref="InvalidDataException"/>, or an exception of spans if an offset points outside the head.</summary>
    public static void Require(ReadOnlySpan<byte> head)
    {
        Table message = Table.Root(head);
        Table content = message.Child(2);
        switch (message.Byte(1))
        {
            case SchemaMessage:
                RequireSchema(content);
                break;
            case DictionaryMessage:
                Require(content.Byte(2) == 0, "a delta dictionary, which is not supported");
                RequireBatch(content.Child(1), columns: 1);
                break;
            case BatchMessage:
                RequireBatch(content, EventSchema.Width);
                break;
            default:
                throw new InvalidDataException($"a message of unknown kind {message.Byte(1)}");
        }
    }

    /// <summary>Length of the body after the head of a message, in bytes.</summary>
    public static long BodyBytes(ReadOnlySpan<byte> head) => Table.Root(head).Int64(3);

    /// <summary>Number of rows of a batch; null for other messages.</summary>
    public static long? RowsOf(ReadOnlySpan<byte> head)
    {
        Table message = Table.Root(head);
        return message.Byte(1) == BatchMessage ? message.Child(2).Int64(0) : null;
    }

    private static void RequireBatch(Table batch, int columns)
    {
        Require(batch.Count(1) == columns, $"a batch of {batch.Count(1)} columns, not {columns}");
        Require(!batch.Has(3), "compressed columns");
    }

    private static void RequireSchema(Table schema)
    {
        Require(schema.Byte(0) == 0, "big-endian numbers");
        Require(schema.Count(1) == EventSchema.Width, $"a schema of {schema.Count(1)} columns, not {EventSchema.Width}");
        Require(schema.Count(2) <= MetadataMax, "more metadata than an event file has");
        for (int column = 0; column < EventSchema.Width; column++)
        {
            Table field = schema.Item(1, column);
            Require(field.Byte(2) is IntType or TextType, $"column {column} is neither number nor text");
            Require(field.Count(5) == 0, $"column {column} is nested");
            Require(field.Count(6) <= MetadataMax, $"column {column} has more metadata than an event file has");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException(otherwise);
    }

    private readonly ref struct Table(ReadOnlySpan<byte> bytes, int at)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public static Table Root(ReadOnlySpan<byte> bytes) => new(bytes, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        public bool Has(int field) => Place(field) != 0;
        public byte Byte(int field) => Place(field) is not 0 and int place ? _bytes[place] : (byte)0;
        public long Int64(int field) => Place(field) is not 0 and int place ? BinaryPrimitives.ReadInt64LittleEndian(_bytes[place..]) : 0;
        public Table Child(int field) => new(_bytes, Follow(Required(field)));
        public int Count(int field) => Place(field) is not 0 and int place ? Int32(Follow(place)) : 0;
        public Table Item(int field, int index) => new(_bytes, Follow(Follow(Required(field)) + sizeof(int) + (index * sizeof(int))));
        private int Required(int field) => Place(field) is not 0 and int place ? place : throw new InvalidDataException("a message without content");

        private int Place(int field)
        {
            int table = at - Int32(at), slot = 4 + (2 * field);
            int offset = slot < Int16(table) ? Int16(table + slot) : 0;
            return offset == 0 ? 0 : at + offset;
        }

        private int Follow(int place) => place + Int32(place);
        private int Int32(int place) => BinaryPrimitives.ReadInt32LittleEndian(_bytes[place..]);
        private short Int16(int place) => BinaryPrimitives.ReadInt16LittleEndian(_bytes[place..]);
    }
}
