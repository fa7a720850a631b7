using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DuckDB.NET.Native;

/// <summary>An unsigned 128-bit integer, <c>upper * 2^64 + lower</c> (duckdb.h: <c>duckdb_uhugeint</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct DuckDBUHugeInt : IEquatable<DuckDBUHugeInt>
{
    public DuckDBUHugeInt(ulong lower, ulong upper)
    {
        Lower = lower;
        Upper = upper;
    }

    /// <exception cref="OverflowException">The value is negative or needs more than 128 bits.</exception>
    public DuckDBUHugeInt(BigInteger value)
    {
        UInt128 bits = (UInt128)value;
        Lower = (ulong)bits;
        Upper = (ulong)(bits >> 64);
    }

    /// <summary>The largest value, 2^128 - 1.</summary>
    public static BigInteger HugeIntMaxValue { get; } = UInt128.MaxValue;

    /// <summary>The smallest value, 0.</summary>
    public static BigInteger HugeIntMinValue { get; } = BigInteger.Zero;

    public ulong Lower { get; }

    public ulong Upper { get; }

    public static bool operator ==(DuckDBUHugeInt left, DuckDBUHugeInt right) => left.Equals(right);

    public static bool operator !=(DuckDBUHugeInt left, DuckDBUHugeInt right) => !left.Equals(right);

    public UInt128 ToUInt128() => new(Upper, Lower);

    public BigInteger ToBigInteger() => ToUInt128();

    public bool Equals(DuckDBUHugeInt other) => Lower == other.Lower && Upper == other.Upper;

    public override bool Equals(object? obj) => obj is DuckDBUHugeInt other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Lower, Upper);

    public override string ToString() => ToUInt128().ToString(CultureInfo.InvariantCulture);
}
