using System.Globalization;
using System.Numerics;

namespace DuckDB.NET.Native;

/// <summary>Reads an engine value as the .NET type that a table function asked for.</summary>
internal static class ValueConversion
{
    private static readonly Dictionary<Type, Func<DuckDBValue, object>> s_readers = new()
    {
        [typeof(bool)] = value => EngineCalls.GetBool(value),
        [typeof(sbyte)] = value => checked((sbyte)EngineCalls.GetInt64(value)),
        [typeof(short)] = value => checked((short)EngineCalls.GetInt64(value)),
        [typeof(int)] = value => checked((int)EngineCalls.GetInt64(value)),
        [typeof(long)] = value => EngineCalls.GetInt64(value),
        [typeof(byte)] = value => checked((byte)EngineCalls.GetUInt64(value)),
        [typeof(ushort)] = value => checked((ushort)EngineCalls.GetUInt64(value)),
        [typeof(uint)] = value => checked((uint)EngineCalls.GetUInt64(value)),
        [typeof(ulong)] = value => EngineCalls.GetUInt64(value),
        [typeof(float)] = value => (float)EngineCalls.GetDouble(value),
        [typeof(double)] = value => EngineCalls.GetDouble(value),
        [typeof(string)] = value => Text(value),
        [typeof(object)] = value => Text(value),
        [typeof(Guid)] = value => Guid.Parse(Text(value)),
        [typeof(decimal)] = value => decimal.Parse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture),
        [typeof(BigInteger)] = value => EngineCalls.GetHugeInt(value).ToBigInteger(),
        [typeof(DateTime)] = value => DateTime.UnixEpoch.AddMicroseconds(EngineCalls.GetTimestamp(value).Micros),
        [typeof(DateTimeOffset)] = value => DateTimeOffset.UnixEpoch.AddMicroseconds(EngineCalls.GetTimestampTz(value).Micros),
        [typeof(DateOnly)] = value => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(EngineCalls.GetDate(value).Days),
        [typeof(TimeOnly)] = value => new TimeOnly(EngineCalls.GetTime(value).Micros * TimeSpan.TicksPerMicrosecond),
        [typeof(TimeSpan)] = value => (TimeSpan)EngineCalls.GetInterval(value),
    };

    public static object Read(DuckDBValue value, Type type) => s_readers.TryGetValue(type, out Func<DuckDBValue, object>? read)
        ? read(value)
        : throw new InvalidCastException($"A DuckDB value cannot be read as {type}. Allowed: {string.Join(", ", s_readers.Keys)}.");

    private static string Text(DuckDBValue value) =>
        EngineCalls.GetVarchar(value) ?? throw new InvalidCastException("The engine could not express the value as text.");
}
