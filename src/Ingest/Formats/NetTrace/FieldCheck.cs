namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Checks descriptions of fields before TraceEvent reads them, because TraceEvent allocates as many fields as a description claims, and
/// recurses into nested types. A count that does not fit into the bytes, or nesting that is too deep, is damage.
/// </summary>
internal static class FieldCheck
{
    private const int DepthMax = 8;
    private const int Object = 1, Array = 19, FixedLengthArray = 22, RelLoc = 24, DataLoc = 25;
    private const int ParameterPayloadV2 = 2;

    /// <summary>The encoding of a field.</summary>
    private enum Layout
    {
        /// <summary>Version 6: size u16, name, type u8. Before the fields: their count u16.</summary>
        Narrow,

        /// <summary>Versions 4 and 5: type i32, name. Before the fields: their count i32.</summary>
        Wide,

        /// <summary>Versions 4 and 5, in a tag: same as <see cref="Wide"/>, but size i32, name, type i32.</summary>
        WideInTag,
    }

    /// <summary>True if the fields of a row of version 6 can be read.</summary>
    public static bool IsSound(ref VarReader row) => AreFieldsSound(ref row, 0, Layout.Narrow);

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
        if (!row.IsAtEnd && !AreFieldsSound(ref row, 0, Layout.Wide))
            return false;
        while (!row.IsAtEnd)
        {
            uint size = row.UInt32();
            int kind = row.Byte();
            VarReader tag = new(row.Bytes(size));
            if (kind == ParameterPayloadV2 && !AreFieldsSound(ref tag, 0, Layout.WideInTag))
                return false;
        }

        return !row.IsDamaged;
    }

    private static bool AreFieldsSound(ref VarReader row, int depth, Layout layout)
    {
        uint count = layout == Layout.Narrow ? row.UInt16() : row.UInt32();
        ulong bytesMin = layout == Layout.Narrow ? 4UL : 6UL;
        if (depth > DepthMax || count * bytesMin > (ulong)row.Remaining)
            return false;
        for (uint index = 0; index < count; index++)
        {
            if (!IsFieldSound(ref row, depth, layout))
                return false;
        }

        return !row.IsDamaged;
    }

    private static bool IsFieldSound(ref VarReader row, int depth, Layout layout)
    {
        if (layout == Layout.Wide)
        {
            bool isSound = IsTypeSound(ref row, depth, layout);
            row.SkipUtf16();
            return isSound;
        }

        VarReader field = new(row.Bytes(layout == Layout.Narrow ? row.UInt16() : row.UInt32() - 4L));
        if (layout == Layout.Narrow)
            field.TextBytes();
        else
            field.SkipUtf16();
        return IsTypeSound(ref field, depth, layout);
    }

    private static bool IsTypeSound(ref VarReader field, int depth, Layout layout)
    {
        uint type = layout == Layout.Narrow ? field.Byte() : field.UInt32();
        if (depth > DepthMax || field.IsDamaged)
            return false;
        if (type == Object)
            return AreFieldsSound(ref field, depth + 1, layout);
        if (type != Array && (layout != Layout.Narrow || type is not (FixedLengthArray or RelLoc or DataLoc)))
            return true;
        bool isSound = IsTypeSound(ref field, depth + 1, layout);
        if (type == FixedLengthArray)
            field.UInt16();
        return isSound && !field.IsDamaged;
    }
}
