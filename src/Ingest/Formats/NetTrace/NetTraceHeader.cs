using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// The file's head and its first block:
/// <code>
/// 0 "Nettrace"   8 reserved u32 = 0   12 major u32 = 6   16 minor u32   20 blocks
/// Trace: year month dayOfWeek day hour minute second millisecond (i16 each)  ticks i64  ticks a second i64  pointer size i32
///        number of pairs i32, then key and value as texts
/// </code>
/// </summary>
internal sealed class NetTraceHeader
{
    public const int Bytes = 20;
    private const uint MajorVersion = 6;
    private const long NsPerSecond = 1_000_000_000;
    private readonly ulong _frequency;

    private NetTraceHeader(ReadOnlySpan<byte> block)
    {
        VarReader reader = new(block);
        Span<ushort> date = stackalloc ushort[8];
        foreach (ref ushort part in date)
            part = reader.UInt16();
        long ticks = reader.Int64();
        long frequency = reader.Int64();
        reader.UInt32();
        uint pairs = reader.UInt32();
        if (reader.IsDamaged || frequency <= 0)
            Reject.Invalid("the first block of a nettrace", Bytes, $"{block.Length} bytes, {frequency} ticks a second", "a Trace block");
        _frequency = (ulong)frequency;
        for (uint pair = 0; pair < pairs && !reader.IsDamaged; pair++)
        {
            string key = reader.Text(), value = reader.Text();
            if (key == "HardwareThreadCount" && int.TryParse(value, out int cpus) && cpus is > 0 and < Columns.CpuStreams.CpusMax)
                Cpus = cpus;
        }

        WallClockOffsetNs = UnixNs(date) - TimeNs((ulong)ticks);
    }

    /// <summary>CPUs of the machine, 0 where the trace does not say.</summary>
    public int Cpus { get; }

    /// <summary>Nanoseconds to add to a time to get Unix time, to the millisecond; null where the date is none.</summary>
    public long? WallClockOffsetNs { get; }

    public static NetTraceHeader Read(TraceInput input)
    {
        ByteCursor cursor = new(input.Slice(0, Math.Min(Bytes, input.Length), "the head of a nettrace"), 0, swap: false);
        cursor.Expect("Nettrace"u8, "the magic of a nettrace");
        uint reserved = cursor.ReadUInt32("the head of a nettrace");
        if (reserved != 0)
        {
            Reject.Unsupported(
                "a nettrace of version 4 or 5 (EventPipe) holds events of one .NET process, none of the kernel; record with"
                + " 'dotnet-trace collect-linux', which writes version 6", 8);
        }

        uint major = cursor.ReadUInt32("the version of a nettrace");
        if (major != MajorVersion)
            Reject.Invalid("the version of a nettrace", 12, $"{major}", $"{MajorVersion}");
        BlockWalk blocks = new(input);
        if (!blocks.TryNext() || blocks.Kind != BlockKind.Trace)
            Reject.Invalid("the first block of a nettrace", Bytes, $"of kind {blocks.Kind}", "a whole Trace block");
        return new NetTraceHeader(blocks.Content);
    }

    /// <summary>The time of so many ticks.</summary>
    public long TimeNs(ulong ticks) =>
        _frequency == NsPerSecond ? (long)ticks : (long)(ulong)((UInt128)ticks * NsPerSecond / _frequency);

    private static long? UnixNs(ReadOnlySpan<ushort> date)
    {
        if (date[0] is < 1970 or > 2200 || date[1] is < 1 or > 12 || date[3] < 1 || date[3] > DateTime.DaysInMonth(date[0], date[1])
            || date[4] > 23 || date[5] > 59 || date[6] > 59 || date[7] > 999)
        {
            return null;
        }

        DateTime utc = new(date[0], date[1], date[3], date[4], date[5], date[6], date[7], DateTimeKind.Utc);
        return (utc - DateTime.UnixEpoch).Ticks * 100;
    }
}
