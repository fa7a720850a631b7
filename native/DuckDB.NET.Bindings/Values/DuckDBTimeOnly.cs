using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A TIME in its parts (duckdb.h: <c>duckdb_time_struct</c>, 8 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBTimeOnly(byte Hour, byte Min, byte Sec, int Microsecond = 0)
{
    /// <summary>Microseconds since midnight.</summary>
    internal long Micros => (((((Hour * 60L) + Min) * 60) + Sec) * 1_000_000) + Microsecond;

    public override string ToString() => $"{Hour:00}:{Min:00}:{Sec:00}.{Microsecond:000000}";

    internal static DuckDBTimeOnly FromMicros(long micros)
    {
        (long seconds, long microsecond) = Math.DivRem(micros, 1_000_000);
        return new((byte)(seconds / 3600), (byte)(seconds / 60 % 60), (byte)(seconds % 60), (int)microsecond);
    }
}
