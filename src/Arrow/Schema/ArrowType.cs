namespace ForkTrace.Arrow.Schema;

/// <summary>The type of a column. Two types with the same parts are equal.</summary>
public sealed record ArrowType
{
    private ArrowType(ArrowTypeId id) => Id = id;

    public static ArrowType Int8 { get; } = new(ArrowTypeId.Int8);

    public static ArrowType Int16 { get; } = new(ArrowTypeId.Int16);

    public static ArrowType Int32 { get; } = new(ArrowTypeId.Int32);

    public static ArrowType Int64 { get; } = new(ArrowTypeId.Int64);

    public static ArrowType UInt8 { get; } = new(ArrowTypeId.UInt8);

    public static ArrowType UInt16 { get; } = new(ArrowTypeId.UInt16);

    public static ArrowType UInt32 { get; } = new(ArrowTypeId.UInt32);

    public static ArrowType UInt64 { get; } = new(ArrowTypeId.UInt64);

    public static ArrowType Float32 { get; } = new(ArrowTypeId.Float32);

    public static ArrowType Float64 { get; } = new(ArrowTypeId.Float64);

    public static ArrowType Bool { get; } = new(ArrowTypeId.Bool);

    public static ArrowType Utf8 { get; } = new(ArrowTypeId.Utf8);

    public static ArrowType LargeUtf8 { get; } = new(ArrowTypeId.LargeUtf8);

    public static ArrowType Binary { get; } = new(ArrowTypeId.Binary);

    public static ArrowType Date32 { get; } = new(ArrowTypeId.Date32);

    public ArrowTypeId Id { get; }

    /// <summary>What a timestamp counts.</summary>
    public ArrowTimeUnit Unit { get; private init; }

    /// <summary>The time zone of a timestamp, or null for a wall clock that names none.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>The integer type of a dictionary's indices.</summary>
    public ArrowType? IndexType { get; private init; }

    /// <summary>The type of a dictionary's values or of a list's items.</summary>
    public ArrowType? ValueType { get; private init; }

    /// <summary>True if the order of a dictionary's values means something.</summary>
    public bool IsOrdered { get; private init; }

    /// <summary>True if a list's items may be null.</summary>
    public bool HasNullableItems { get; private init; }

    /// <summary>Bytes a value of a fixed-width type (a dictionary: of its indices); 0 for bool, text, binary and lists.</summary>
    public int ByteWidth => Id switch
    {
        ArrowTypeId.Int8 or ArrowTypeId.UInt8 => 1,
        ArrowTypeId.Int16 or ArrowTypeId.UInt16 => 2,
        ArrowTypeId.Int32 or ArrowTypeId.UInt32 or ArrowTypeId.Float32 or ArrowTypeId.Date32 => 4,
        ArrowTypeId.Int64 or ArrowTypeId.UInt64 or ArrowTypeId.Float64 or ArrowTypeId.Timestamp => 8,
        ArrowTypeId.Dictionary => IndexType!.ByteWidth,
        _ => 0,
    };

    /// <summary>Bytes an offset of text, binary and lists; 0 for other types.</summary>
    internal int OffsetWidth => Id switch
    {
        ArrowTypeId.Utf8 or ArrowTypeId.Binary or ArrowTypeId.List => 4,
        ArrowTypeId.LargeUtf8 => 8,
        _ => 0,
    };

    internal bool IsText => Id is ArrowTypeId.Utf8 or ArrowTypeId.LargeUtf8;

    /// <summary>int64 counts of the unit since 1970.</summary>
    public static ArrowType Timestamp(ArrowTimeUnit unit, string? timeZone = null) =>
        new(ArrowTypeId.Timestamp) { Unit = unit, TimeZone = timeZone };

    /// <summary>Indices of an integer type of 8, 16 or 32 bits into texts.</summary>
    public static ArrowType Dictionary(ArrowType indexType, bool isOrdered = false) => Dictionary(indexType, Utf8, isOrdered);

    /// <summary>Lists of a type that is neither a list nor a dictionary.</summary>
    public static ArrowType List(ArrowType itemType, bool hasNullableItems = true)
    {
        ArgumentNullException.ThrowIfNull(itemType);
        if (itemType.Id is ArrowTypeId.List or ArrowTypeId.Dictionary)
            throw new ArgumentException($"A list of {itemType} is not supported.", nameof(itemType));
        return new(ArrowTypeId.List) { ValueType = itemType, HasNullableItems = hasNullableItems };
    }

    /// <summary>True if spans of <typeparamref name="T"/> are this type's values (a dictionary's: its indices).</summary>
    public bool Holds<T>()
        where T : unmanaged => Id switch
        {
            ArrowTypeId.Int8 => typeof(T) == typeof(sbyte),
            ArrowTypeId.Int16 => typeof(T) == typeof(short),
            ArrowTypeId.Int32 or ArrowTypeId.Date32 => typeof(T) == typeof(int),
            ArrowTypeId.Int64 or ArrowTypeId.Timestamp => typeof(T) == typeof(long),
            ArrowTypeId.UInt8 => typeof(T) == typeof(byte),
            ArrowTypeId.UInt16 => typeof(T) == typeof(ushort),
            ArrowTypeId.UInt32 => typeof(T) == typeof(uint),
            ArrowTypeId.UInt64 => typeof(T) == typeof(ulong),
            ArrowTypeId.Float32 => typeof(T) == typeof(float),
            ArrowTypeId.Float64 => typeof(T) == typeof(double),
            ArrowTypeId.Dictionary => IndexType!.Holds<T>(),
            _ => false,
        };

    public override string ToString() => Id switch
    {
        ArrowTypeId.Timestamp => $"timestamp({Unit}{(TimeZone is null ? "" : ", " + TimeZone)})",
        ArrowTypeId.Dictionary => $"dictionary({IndexType} -> {ValueType})",
        ArrowTypeId.List => $"list({ValueType})",
        _ => Id.ToString().ToLowerInvariant(),
    };

    internal static ArrowType Dictionary(ArrowType indexType, ArrowType valueType, bool isOrdered)
    {
        ArgumentNullException.ThrowIfNull(indexType);
        if (!IsIndex(indexType))
            throw new ArgumentException($"A dictionary's indices are integers of 8, 16 or 32 bits, not {indexType}.", nameof(indexType));
        return new(ArrowTypeId.Dictionary) { IndexType = indexType, ValueType = valueType, IsOrdered = isOrdered };
    }

    internal static bool IsIndex(ArrowType type) => type.Id
        is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32;
}
