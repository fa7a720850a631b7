namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>The clock of the kernel's times, and simultaneous readings of other clocks.</summary>
internal sealed class TraceClocks
{
    // FtraceClock (ftrace_event_bundle.proto): the number is left out if the clock is boot.
    private static readonly string[] s_names = ["boot", "unknown", "global", "local", "mono_raw"];
    private const ulong Realtime = 1, MonotonicRaw = 5, Boottime = 6;
    private const int MonoRawClock = 4;

    private int _clock = -1;
    private long? _bootBehindFtraceNs;
    private long? _realtimeNs;
    private long? _boottimeNs;
    private long? _monotonicRawNs;

    /// <summary>Number of bundles with another clock than the first bundle.</summary>
    public long Changes { get; private set; }

    /// <summary>ftrace's name of the clock.</summary>
    public string Name => _clock < 0 ? "boot" : s_names[_clock];

    /// <summary>Nanoseconds to add to a time to get Unix time; null if the trace does not contain it.</summary>
    public long? WallClockOffsetNs
    {
        get
        {
            if (_clock == MonoRawClock)
                return _realtimeNs - _monotonicRawNs;
            long? offset = _realtimeNs - _boottimeNs;
            return _clock > 0 ? offset + _bootBehindFtraceNs : offset;
        }
    }

    /// <summary>Notes a bundle's clock, and its two simultaneous times.</summary>
    public void ReadBundle(ulong clock, long ftraceNs, long bootNs)
    {
        int known = clock < (ulong)s_names.Length ? (int)clock : 1;
        if (_clock >= 0 && known != _clock)
            Changes++;
        if (_clock < 0)
            _clock = known;
        if (known > 0 && ftraceNs != 0 && bootNs != 0)
            _bootBehindFtraceNs ??= bootNs - ftraceNs;
    }

    /// <summary>Reads a ClockSnapshot: clocks = 1 { clock_id = 1, timestamp = 2 }. The first one with both times is used.</summary>
    public void ReadSnapshot(ReadOnlySpan<byte> message)
    {
        if (_realtimeNs is not null)
            return;
        long? realtime = null, boottime = null, monotonicRaw = null;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field != 1 || !reader.IsBytes)
                continue;
            (ulong id, long timeNs) = ReadClock(reader.Bytes);
            if (id == Realtime)
                realtime = timeNs;
            else if (id == Boottime)
                boottime = timeNs;
            else if (id == MonotonicRaw)
                monotonicRaw = timeNs;
        }

        if (realtime is not null && boottime is not null)
            (_realtimeNs, _boottimeNs, _monotonicRawNs) = (realtime, boottime, monotonicRaw);
    }

    private static (ulong Id, long TimeNs) ReadClock(ReadOnlySpan<byte> message)
    {
        ulong id = 0;
        long timeNs = 0;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                id = reader.Number;
            else if (reader.Field == 2)
                timeNs = (long)reader.Number;
        }

        return (id, timeNs);
    }
}
