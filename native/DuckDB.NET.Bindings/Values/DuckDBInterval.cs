using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A span of calendar time whose parts do not carry into each other (duckdb.h: <c>duckdb_interval</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBInterval(int Months, int Days, long Micros)
{
    /// <summary>Whole days and the rest in microseconds; the last decimal of a tick is dropped.</summary>
    public static implicit operator DuckDBInterval(TimeSpan span) =>
        new(0, span.Days, span.Ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond);

    /// <summary>Days of 24 hours and microseconds.</summary>
    /// <exception cref="InvalidCastException">The interval holds months, which have no fixed length.</exception>
    /// <exception cref="OverflowException">The interval is longer than a <see cref="TimeSpan"/> can be.</exception>
    public static explicit operator TimeSpan(DuckDBInterval interval)
    {
        if (interval.Months != 0)
        {
            throw new InvalidCastException(
                $"An interval of {interval.Months} months has no fixed length. Read it as {nameof(DuckDBInterval)}.");
        }

        return new TimeSpan(checked((interval.Days * TimeSpan.TicksPerDay) + (interval.Micros * TimeSpan.TicksPerMicrosecond)));
    }
}
