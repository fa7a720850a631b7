namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// The first block, for what TraceEvent does not tell, and checked because TraceEvent believes it:
/// <code>
/// year month dayOfWeek day hour minute second millisecond (i16 each)  ticks i64  ticks a second i64  pointer size i32
/// version 6: number of pairs i32, then key and value as texts; before: process id, number of CPUs, sampling rate (i32 each)
/// </code>
/// </summary>
internal sealed class NetTraceHeader
{
    private const long NsPerSecond = 1_000_000_000;
    private readonly ulong _frequency;

    /// <param name="block">The block's content.</param>
    /// <param name="offset">Where it begins in the file.</param>
    public NetTraceHeader(ReadOnlySpan<byte> block, long offset)
    {
        VarReader reader = new(block);
        Span<ushort> date = stackalloc ushort[8];
        foreach (ref ushort part in date)
            part = reader.UInt16();
        long ticks = reader.Int64();
        long frequency = reader.Int64();
        if (reader.IsDamaged || frequency <= 0)
            Reject.Invalid("the first block of a nettrace", offset, $"{block.Length} bytes, {frequency} ticks a second", "a Trace block");
        _frequency = (ulong)frequency;
        WallClockOffsetNs = UnixNs(date, offset) - TimeNs((ulong)ticks);
    }

    /// <summary>Nanoseconds to add to a time to get Unix time, to the millisecond.</summary>
    public long WallClockOffsetNs { get; }

    public long TimeNs(ulong ticks) =>
        _frequency == NsPerSecond ? (long)ticks : (long)(ulong)((UInt128)ticks * NsPerSecond / _frequency);

    private static long UnixNs(ReadOnlySpan<ushort> date, long offset)
    {
        if (date[0] is < 1970 or > 2200 || date[1] is < 1 or > 12 || date[3] < 1 || date[3] > DateTime.DaysInMonth(date[0], date[1])
            || date[4] > 23 || date[5] > 59 || date[6] > 59 || date[7] > 999)
        {
            string found = string.Create(
                CultureInfo.InvariantCulture, $"{date[0]}-{date[1]}-{date[3]} {date[4]}:{date[5]}:{date[6]}.{date[7]}");
            Reject.Invalid("the date of a nettrace", offset, found, "a date from 1970 to 2200");
        }

        DateTime utc = new(date[0], date[1], date[3], date[4], date[5], date[6], date[7], DateTimeKind.Utc);
        return (utc - DateTime.UnixEpoch).Ticks * 100;
    }
}
