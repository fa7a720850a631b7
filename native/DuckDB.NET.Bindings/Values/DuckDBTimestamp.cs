using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A TIMESTAMP in its parts, over the engine's whole range (duckdb.h: <c>duckdb_timestamp_struct</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBTimestamp(DuckDBDateOnly Date, DuckDBTimeOnly Time)
{
    private const long MicrosPerDay = 86_400_000_000;

    public bool IsPositiveInfinity => this == FromMicros(long.MaxValue);

    public bool IsNegativeInfinity => this == FromMicros(-long.MaxValue);

    public bool IsInfinity => IsPositiveInfinity || IsNegativeInfinity;

    public static DuckDBTimestamp FromDuckDBTimestampStruct(DuckDBTimestampStruct timestamp) => FromMicros(timestamp.Micros);

    /// <exception cref="OverflowException">The timestamp is outside the engine's range.</exception>
    public DuckDBTimestampStruct ToDuckDBTimestampStruct() =>
        new() { Micros = checked((long)(((Int128)CivilCalendar.ToDays(Date) * MicrosPerDay) + Time.Micros)) };

    public override string ToString() => $"{Date} {Time}";

    private static DuckDBTimestamp FromMicros(long micros)
    {
        (long days, long microsOfDay) = Math.DivRem(micros, MicrosPerDay);
        if (microsOfDay < 0)
            (days, microsOfDay) = (days - 1, microsOfDay + MicrosPerDay);
        return new(CivilCalendar.FromDays(days), DuckDBTimeOnly.FromMicros(microsOfDay));
    }
}
