using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A fixed-point number, <c>value / 10^scale</c> with at most <c>width</c> digits (duckdb.h: <c>duckdb_decimal</c>, 24 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBDecimal(byte Width, byte Scale, DuckDBHugeInt Value);
