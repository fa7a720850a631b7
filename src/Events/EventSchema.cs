using Apache.Arrow;
using Apache.Arrow.Types;

namespace ForkTrace.Events;

/// <summary>
/// The columns of an event file in two forms: as plain numbers, known before the first event, and with the names of kinds and comms, known
/// after the last one. The numbers are indices into the names.
/// </summary>
internal static class EventSchema
{
    /// <summary>Columns that contain numbers in one schema and names in the other.</summary>
    public const int KindColumn = 2, CommColumn = 6;

    public const int Width = 8;

    /// <summary>Bytes per row in the form with numbers.</summary>
    public const int RowBytes = 35;

    private static readonly DictionaryType s_kindType = new(UInt8Type.Default, StringType.Default, ordered: false);
    private static readonly DictionaryType s_commType = new(Int32Type.Default, StringType.Default, ordered: false);

    /// <summary>Kinds and comms as numbers.</summary>
    public static Schema Numbers { get; } = Of(UInt8Type.Default, Int32Type.Default);

    /// <summary>Kinds and comms as dictionaries of names.</summary>
    public static Schema Names { get; } = Of(s_kindType, s_commType);

    /// <summary>Names of kinds by number. Unused numbers also have distinct names, because tools require distinct categories.</summary>
    public static ImmutableArray<string> KindNames { get; } = FindKindNames();

    /// <summary>The name of a number that is not a kind.</summary>
    public static string ReservedName(int number) => $"reserved_{number}";

    /// <summary><see cref="Names"/> with the facts as metadata, and the meaning of each field as metadata of the field.</summary>
    public static Schema Named(TraceFacts facts) => new(
        Names.FieldsList.Zip(EventField.Of(facts), (field, meaning) => meaning.Describe(field)),
        new Dictionary<string, string>(Names.Metadata) { [EventFile.FactsKey] = TraceFactsJson.Serialize(facts) });

    /// <summary>Converts a batch of numbers to the schema <see cref="Named(TraceFacts)"/>. The writer recognises that schema by
    /// reference.</summary>
    public static RecordBatch Named(RecordBatch numbers, Schema named, StringArray kinds, StringArray comms)
    {
        IArrowArray[] columns = [.. numbers.Arrays];
        columns[KindColumn] = new DictionaryArray(s_kindType, columns[KindColumn], kinds);
        columns[CommColumn] = new DictionaryArray(s_commType, columns[CommColumn], comms);
        return new RecordBatch(named, columns, numbers.Length);
    }

    /// <summary>Texts as a column, in arrays of exactly their size. The writer pads with zeros.</summary>
    public static StringArray Texts(ImmutableArray<string> texts)
    {
        byte[] bytes = new byte[texts.Sum(Encoding.UTF8.GetByteCount)];
        byte[] ends = new byte[sizeof(int) * (texts.Length + 1)];
        int end = 0;
        for (int index = 0; index < texts.Length; index++)
        {
            end += Encoding.UTF8.GetBytes(texts[index], bytes.AsSpan(end));
            BinaryPrimitives.WriteInt32LittleEndian(ends.AsSpan(sizeof(int) * (index + 1)), end);
        }

        return new StringArray(texts.Length, new ArrowBuffer(ends), new ArrowBuffer(bytes), ArrowBuffer.Empty);
    }

    /// <summary>The columns as text: name and type of each.</summary>
    public static string Describe(Schema schema) => string.Join(", ", schema.FieldsList.Select(field => $"{field.Name}: {Describe(field)}"));

    private static string Describe(Field field) => (field.DataType switch
    {
        DictionaryType type => $"dictionary<{type.IndexType.Name}, {type.ValueType.Name}>",
        { } type => type.Name,
    }) + (field.IsNullable ? "?" : "");

    private static Schema Of(IArrowType kind, IArrowType comm) =>
        new(
            [
                new Field("ts_ns", Int64Type.Default, nullable: false),
                new Field("cpu", UInt16Type.Default, nullable: false),
                new Field("kind", kind, nullable: false),
                new Field("task", Int32Type.Default, nullable: false),
                new Field("other", Int32Type.Default, nullable: false),
                new Field("tid", Int32Type.Default, nullable: false),
                new Field("comm", comm, nullable: false),
                new Field("value", Int64Type.Default, nullable: false),
            ],
            [KeyValuePair.Create(EventFile.VersionKey, EventFile.Version)]);

    private static ImmutableArray<string> FindKindNames()
    {
        string[] names = new string[(int)EventKinds.All[^1] + 1];
        for (int number = 0; number < names.Length; number++)
            names[number] = ReservedName(number);
        names[(int)EventKind.None] = EventKinds.Name(EventKind.None);
        foreach (EventKind kind in EventKinds.All)
            names[(int)kind] = EventKinds.Name(kind);
        return [.. names];
    }
}
