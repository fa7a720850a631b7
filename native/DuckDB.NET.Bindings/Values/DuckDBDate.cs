using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A DATE as the engine stores it: days since 1970-01-01 (duckdb.h: <c>duckdb_date</c>, 4 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct DuckDBDate
{
    public int Days { get; set; }

    /// <summary>Whether this is <c>infinity</c> or <c>-infinity</c>: the largest int, or its negative.</summary>
    public readonly bool IsInfinity => Days is int.MaxValue or -int.MaxValue;
}
