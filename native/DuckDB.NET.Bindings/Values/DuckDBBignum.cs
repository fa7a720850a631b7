using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>An integer of any size: a big-endian magnitude and a sign (duckdb.h: <c>duckdb_bignum</c>, 24 bytes).</summary>
/// <param name="Data">The magnitude, which the caller keeps in place during a call.</param>
/// <param name="Size">Bytes of the magnitude.</param>
/// <param name="IsNegative">1 for a negative number, else 0.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBBignum(nint Data, ulong Size, byte IsNegative);
