using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>
/// A TIMESTAMP as the engine stores it: microseconds since 1970-01-01 (duckdb.h: <c>duckdb_timestamp</c>, 8 bytes). The second,
/// millisecond and nanosecond types share it and count in their own unit.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct DuckDBTimestampStruct
{
    public long Micros { get; set; }

    /// <summary>Whether this is <c>infinity</c> or <c>-infinity</c>: the largest long, or its negative.</summary>
    public readonly bool IsInfinity => Micros is long.MaxValue or -long.MaxValue;
}
