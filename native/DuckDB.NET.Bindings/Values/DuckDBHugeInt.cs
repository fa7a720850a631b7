using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>A signed 128-bit integer, <c>upper * 2^64 + lower</c> (duckdb.h: <c>duckdb_hugeint</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct DuckDBHugeInt : IEquatable<DuckDBHugeInt>
{
    public DuckDBHugeInt(ulong lower, long upper)
    {
        Lower = lower;
        Upper = upper;
    }

    /// <exception cref="OverflowException">The value needs more than 128 bits.</exception>
    public DuckDBHugeInt(BigInteger value)
    {
        Int128 bits = (Int128)value;
        Lower = (ulong)bits;
        Upper = (long)(bits >> 64);
    }

    /// <summary>The largest value, 2^127 - 1.</summary>
    public static BigInteger HugeIntMaxValue { get; } = Int128.MaxValue;

    /// <summary>The smallest value, -2^127.</summary>
    public static BigInteger HugeIntMinValue { get; } = Int128.MinValue;

    public ulong Lower { get; }

    public long Upper { get; }

    public static bool operator ==(DuckDBHugeInt left, DuckDBHugeInt right) => left.Equals(right);

    public static bool operator !=(DuckDBHugeInt left, DuckDBHugeInt right) => !left.Equals(right);

    public Int128 ToInt128() => new((ulong)Upper, Lower);

    public BigInteger ToBigInteger() => ToInt128();

    public bool Equals(DuckDBHugeInt other) => Lower == other.Lower && Upper == other.Upper;

    public override bool Equals(object? obj) => obj is DuckDBHugeInt other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Lower, Upper);

    public override string ToString() => ToInt128().ToString(CultureInfo.InvariantCulture);
}
