using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A TIME as the engine stores it: microseconds since midnight (duckdb.h: <c>duckdb_time</c>, 8 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct DuckDBTime
{
    public long Micros { get; set; }
}
