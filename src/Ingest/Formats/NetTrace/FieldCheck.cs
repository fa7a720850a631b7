namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Checks descriptions of fields before TraceEvent reads them: it allocates as many fields as a description says there are, and calls
/// itself for each type within a type. A count that the bytes cannot hold, or too deep nesting, is damage.
/// </summary>
internal static class FieldCheck
{
    private const int DepthMax = 8;
    private const int Object = 1, Array = 19, FixedLengthArray = 22, RelLoc = 24, DataLoc = 25;
    private const int ParameterPayloadV2 = 2;

    /// <summary>True if the fields of a row of version 6 can be read: count u16, then size u16, name, type.</summary>
    public static bool IsSound(ref VarReader row, int depth = 0)
    {
        int count = row.UInt16();
        if (depth > DepthMax || count * 4 > row.Remaining)
            return false;
        for (int index = 0; index < count; index++)
        {
            VarReader field = new(row.Bytes(row.UInt16()));
            field.TextBytes();
            if (!IsTypeSound(ref field, depth))
                return false;
        }

        return !row.IsDamaged;
    }

    /// <summary>
    /// True if the payload of a metadata row of version 4 or 5 can be read: id i32, provider, event id i32, name, keywords i64, version
    /// i32, level i32, fields, then tags: size i32, kind u8.
    /// </summary>
    public static bool IsPayloadSound(ReadOnlySpan<byte> payload)
    {
        VarReader row = new(payload);
        row.UInt32();
        row.SkipUtf16();
        row.UInt32();
        row.SkipUtf16();
        row.Bytes(16);
        if (!row.IsAtEnd && !AreFieldsSound(ref row, 0, isSized: false))
            return false;
        while (!row.IsAtEnd)
        {
            uint size = row.UInt32();
            int kind = row.Byte();
            VarReader tag = new(row.Bytes(size));
            if (kind == ParameterPayloadV2 && !AreFieldsSound(ref tag, 0, isSized: true))
                return false;
        }

        return !row.IsDamaged;
    }

    private static bool IsTypeSound(ref VarReader field, int depth)
    {
        int type = field.Byte();
        if (depth > DepthMax || field.IsDamaged)
            return false;
        if (type == Object)
            return IsSound(ref field, depth + 1);
        if (type is not (Array or FixedLengthArray or RelLoc or DataLoc))
            return true;
        bool isSound = IsTypeSound(ref field, depth + 1);
        if (type == FixedLengthArray)
            field.UInt16();
        return isSound && !field.IsDamaged;
    }

    // count i32, then type and name; in a tag: size i32, name, type.
    private static bool AreFieldsSound(ref VarReader row, int depth, bool isSized)
    {
        uint count = row.UInt32();
        if (depth > DepthMax || count * 6UL > (ulong)row.Remaining)
            return false;
        for (uint index = 0; index < count; index++)
        {
            if (isSized)
            {
                VarReader field = new(row.Bytes(row.UInt32() - 4L));
                field.SkipUtf16();
                if (!IsWideTypeSound(ref field, depth, isSized))
                    return false;
            }
            else
            {
                if (!IsWideTypeSound(ref row, depth, isSized))
                    return false;
                row.SkipUtf16();
            }
        }

        return !row.IsDamaged;
    }

    private static bool IsWideTypeSound(ref VarReader field, int depth, bool isSized)
    {
        uint type = field.UInt32();
        if (depth > DepthMax || field.IsDamaged)
            return false;
        return type switch
        {
            Object => AreFieldsSound(ref field, depth + 1, isSized),
            Array => IsWideTypeSound(ref field, depth + 1, isSized),
            _ => true,
        };
    }
}
