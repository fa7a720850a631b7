namespace ForkTrace.Arrow.Schema;

/// <summary>The column types that are read and written here.</summary>
public enum ArrowTypeId
{
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,

    /// <summary>One bit a value, least significant bit first.</summary>
    Bool,

    /// <summary>UTF-8 text with 32-bit offsets.</summary>
    Utf8,

    /// <summary>UTF-8 text with 64-bit offsets; only read.</summary>
    LargeUtf8,

    /// <summary>Bytes with 32-bit offsets.</summary>
    Binary,

    /// <summary>int64 counts of a unit since 1970-01-01 00:00:00.</summary>
    Timestamp,

    /// <summary>int32 days since 1970-01-01.</summary>
    Date32,

    /// <summary>Integer indices into a dictionary of texts.</summary>
    Dictionary,

    /// <summary>Lists of one flat type, with 32-bit offsets.</summary>
    List,
}
