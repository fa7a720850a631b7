using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Ipc;

/// <summary>The type of a Field table to <see cref="ArrowType"/>; a type that is not supported is named together with its field.</summary>
internal static class TypeDecoder
{
    private const string Supported =
        "int8..int64, uint8..uint64, float32, float64, bool, utf8, large_utf8, binary, timestamp, date32, " +
        "dictionary(8 to 32 bit integer -> utf8), list of one of these";

    /// <summary>Slots 2 (kind), 3 (type) and 5 (children) of Field.</summary>
    public static ArrowType Decode(FlatTable field, string name)
    {
        FormatType kind = (FormatType)field.UInt8(2);
        FlatTable type = field.Table(3, $"type of field '{name}'");
        int children = field.Vector(5, sizeof(int), "children").Count;
        if (children != (kind == FormatType.List ? 1 : 0) && IsSupported(kind))
            Reject.Number($"children of field '{name}' ({kind})", field.FileOffset, children, kind == FormatType.List ? "1" : "0");
        return kind switch
        {
            FormatType.Int => Int(type, name),
            FormatType.FloatingPoint => Float(type, name),
            FormatType.Bool => ArrowType.Bool,
            FormatType.Utf8 => ArrowType.Utf8,
            FormatType.LargeUtf8 => ArrowType.LargeUtf8,
            FormatType.Binary => ArrowType.Binary,
            FormatType.Date => Date(type, name),
            FormatType.Timestamp => Timestamp(type, name),
            FormatType.List => List(field, name),
            _ => Unsupported(field, name, kind.ToString()),
        };
    }

    /// <summary>DictionaryEncoding: 0 id, 1 index type, 2 is ordered, 3 kind.</summary>
    public static ArrowType Dictionary(FlatTable encoding, ArrowType values, string name)
    {
        ArrowType index = encoding.TryTable(1, $"index type of field '{name}'", out FlatTable type) ? Int(type, name) : ArrowType.Int32;
        if (!values.IsText || !ArrowType.IsIndex(index))
            return Unsupported(encoding, name, $"dictionary({index} -> {values})");
        return ArrowType.Dictionary(index, values, encoding.Flag(2));
    }

    private static bool IsSupported(FormatType kind) => kind
        is FormatType.Int or FormatType.FloatingPoint or FormatType.Bool or FormatType.Utf8 or FormatType.LargeUtf8
        or FormatType.Binary or FormatType.Date or FormatType.Timestamp or FormatType.List;

    /// <summary>Int: 0 bit width, 1 is signed.</summary>
    private static ArrowType Int(FlatTable type, string name) => (type.Int32(0), type.Flag(1)) switch
    {
        (8, true) => ArrowType.Int8,
        (16, true) => ArrowType.Int16,
        (32, true) => ArrowType.Int32,
        (64, true) => ArrowType.Int64,
        (8, false) => ArrowType.UInt8,
        (16, false) => ArrowType.UInt16,
        (32, false) => ArrowType.UInt32,
        (64, false) => ArrowType.UInt64,
        (int bits, _) => Unsupported(type, name, $"integer of {bits} bits"),
    };

    /// <summary>FloatingPoint: 0 precision (half, single, double).</summary>
    private static ArrowType Float(FlatTable type, string name) => type.Int16(0) switch
    {
        1 => ArrowType.Float32,
        2 => ArrowType.Float64,
        0 => Unsupported(type, name, "float16"),
        short precision => Unsupported(type, name, $"float of precision {precision}"),
    };

    /// <summary>Date: 0 unit (day, millisecond); absent means millisecond.</summary>
    private static ArrowType Date(FlatTable type, string name) => type.Int16(0, absent: 1) switch
    {
        0 => ArrowType.Date32,
        1 => Unsupported(type, name, "date64"),
        short unit => Unsupported(type, name, $"date of unit {unit}"),
    };

    /// <summary>Timestamp: 0 unit, 1 time zone.</summary>
    private static ArrowType Timestamp(FlatTable type, string name)
    {
        short unit = type.Int16(0);
        if (unit is < 0 or > 3)
            return Unsupported(type, name, $"timestamp of unit {unit}");
        return ArrowType.Timestamp((ArrowTimeUnit)unit, type.Text(1, "time zone"));
    }

    private static ArrowType List(FlatTable field, string name)
    {
        FlatTable item = field.Vector(5, sizeof(int), $"item of field '{name}'").Table(0);
        // Lists of lists are refused before they are followed: the depth of what is decoded stays two.
        if ((FormatType)item.UInt8(2) == FormatType.List || item.Has(4))
            return Unsupported(field, name, item.Has(4) ? "list of dictionary" : "list of list");
        return ArrowType.List(Decode(item, name), item.Flag(1));
    }

    private static ArrowType Unsupported(FlatTable at, string name, string type) =>
        Reject.With<ArrowType>($"type of field '{name}'", at.FileOffset, type, Supported);
}
