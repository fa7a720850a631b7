using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Ipc;

/// <summary><see cref="ArrowType"/> to the Type union of Schema.fbs. Slots as in <see cref="TypeDecoder"/>.</summary>
internal static class TypeEncoder
{
    public static FormatType Kind(ArrowType type) => type.Id switch
    {
        ArrowTypeId.Float32 or ArrowTypeId.Float64 => FormatType.FloatingPoint,
        ArrowTypeId.Bool => FormatType.Bool,
        ArrowTypeId.Utf8 => FormatType.Utf8,
        ArrowTypeId.Binary => FormatType.Binary,
        ArrowTypeId.Timestamp => FormatType.Timestamp,
        ArrowTypeId.Date32 => FormatType.Date,
        ArrowTypeId.List => FormatType.List,
        ArrowTypeId.LargeUtf8 => throw new NotSupportedException("large_utf8 columns are read but not written; write utf8."),
        _ => FormatType.Int,
    };

    public static int Encode(FlatBuilder builder, ArrowType type)
    {
        int timeZone = type.TimeZone is null ? 0 : builder.Text(type.TimeZone);
        builder.StartTable(2);
        switch (Kind(type))
        {
            case FormatType.Int:
                builder.AddInt32(0, type.ByteWidth * 8);
                builder.AddFlag(1, type.Id <= ArrowTypeId.Int64);
                break;
            case FormatType.FloatingPoint:
                builder.AddInt16(0, type.Id == ArrowTypeId.Float32 ? (short)1 : (short)2);
                break;
            case FormatType.Date:
                builder.AddInt16(0, 0);
                break;
            case FormatType.Timestamp:
                if (timeZone != 0)
                    builder.AddReference(1, timeZone);
                builder.AddInt16(0, (short)type.Unit);
                break;
            default:
                break;
        }

        return builder.EndTable();
    }
}
