using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>
/// A TIMETZ as the engine stores it: 40 bits of microseconds over 24 bits of offset, counted down from 57599 seconds so that equal
/// instants sort (duckdb.h: <c>duckdb_time_tz</c>, 8 bytes).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct DuckDBTimeTzStruct
{
    public ulong Bits { get; set; }
}
