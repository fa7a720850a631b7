using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A TIMETZ in its parts; the offset is in seconds east of UTC (duckdb.h: <c>duckdb_time_tz_struct</c>, 12 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBTimeTz(DuckDBTimeOnly Time, int Offset);
