using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A DATE in its parts, over the engine's whole range (duckdb.h: <c>duckdb_date_struct</c>, 8 bytes). Year 0 is 1 BC.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBDateOnly(int Year, byte Month, byte Day)
{
    public bool IsPositiveInfinity => CivilCalendar.ToDays(this) == int.MaxValue;

    public bool IsNegativeInfinity => CivilCalendar.ToDays(this) == -int.MaxValue;

    public bool IsInfinity => IsPositiveInfinity || IsNegativeInfinity;

    public static DuckDBDateOnly FromDuckDBDate(DuckDBDate date) => CivilCalendar.FromDays(date.Days);

    /// <exception cref="OverflowException">The date is outside the engine's range.</exception>
    public DuckDBDate ToDuckDBDate() => new() { Days = checked((int)CivilCalendar.ToDays(this)) };

    public override string ToString() => $"{Year:0000}-{Month:00}-{Day:00}";
}
