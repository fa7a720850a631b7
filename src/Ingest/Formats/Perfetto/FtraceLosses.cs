namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// Lost events: gaps that bundles report, without the number of events; and the kernel's counts at the start and end of the recording
/// (FtraceStats), without the places.
/// </summary>
internal sealed class FtraceLosses
{
    // A damaged count must not overflow a sum.
    private const long EventsMax = 1L << 40;
    private const int EndOfTrace = 2;

    private readonly List<LossInterval> _intervals = [];
    private readonly Dictionary<int, long> _openFromNs = [];
    private readonly SortedDictionary<int, long> _countsAtStart = [];
    private readonly SortedDictionary<int, long> _countsAtEnd = [];

    /// <summary>Names of events that the recorder could not enable.</summary>
    public ImmutableSortedSet<string> Missing { get; private set; } = [];

    /// <summary>CPUs up to the last that the kernel's counts name; 0 without counts.</summary>
    public int Cpus => _countsAtStart.Keys.Concat(_countsAtEnd.Keys).Select(cpu => cpu + 1).DefaultIfEmpty(0).Max();

    /// <summary>Opens a gap on a CPU, at its latest event.</summary>
    public void Open(int cpu, long fromNs) => _openFromNs.TryAdd(cpu, fromNs);

    /// <summary>Closes a CPU's gap at its next event.</summary>
    public void Close(int cpu, long toNs)
    {
        if (_openFromNs.Count > 0 && _openFromNs.Remove(cpu, out long fromNs))
            _intervals.Add(new LossInterval(cpu, fromNs, Math.Max(fromNs, toNs), -1));
    }

    /// <summary>Adds a loss of packets of unknown CPUs, from a time on.</summary>
    public void AddUnplaced(long fromNs) => _intervals.Add(new LossInterval(-1, fromNs, long.MaxValue, -1));

    /// <summary>Reads FtraceStats: phase = 1, cpu_stats = 2, unknown_ftrace_events = 6, failed_ftrace_events = 7.</summary>
    public void ReadStats(ReadOnlySpan<byte> message)
    {
        ProtoReader phase = new(message);
        bool isEnd = false;
        while (phase.TryNext())
            isEnd |= phase is { Field: 1, Number: EndOfTrace };
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 2)
                ReadCpu(reader.Bytes, isEnd ? _countsAtEnd : _countsAtStart);
            else if (reader.Field is 6 or 7 && Missing.Count < 256)
                Missing = Missing.Add(System.Text.Encoding.UTF8.GetString(reader.Bytes[..Math.Min(reader.Bytes.Length, 256)]));
        }
    }

    /// <summary>The gaps. A CPU that lost events without a reported gap gets one over the whole recording.</summary>
    public ImmutableArray<LossInterval> Intervals()
    {
        LossInterval[] told =
        [
            .. _intervals,
            .. _openFromNs.OrderBy(open => open.Key).Select(open => new LossInterval(open.Key, open.Value, long.MaxValue, -1)),
        ];
        HashSet<int> cpus = [.. told.Select(one => one.Cpu)];
        IEnumerable<(int Cpu, long Events)> untold = LostByCpu().Where(one => !cpus.Contains(one.Cpu));
        return [.. told, .. untold.Select(one => new LossInterval(one.Cpu, long.MinValue, long.MaxValue, one.Events))];
    }

    /// <summary>Events that the kernel counted as dropped.</summary>
    public long Lost() => LostByCpu().Sum(one => one.Events);

    // cpu = 1, overrun = 3, commit_overrun = 4, dropped_events = 8: see Documentation/trace/ftrace.rst, per_cpu/cpu0/stats.
    private static void ReadCpu(ReadOnlySpan<byte> message, SortedDictionary<int, long> counts)
    {
        ulong cpu = 0;
        long events = 0;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                cpu = reader.Number;
            else if (reader.Field is 3 or 4 or 8)
                events += (long)Math.Min(reader.Number, EventsMax);
        }

        if (cpu < CpuStreams.CpusMax)
            counts[(int)cpu] = Math.Min(events, EventsMax);
    }

    private IEnumerable<(int Cpu, long Events)> LostByCpu() =>
        _countsAtEnd.Select(end => (end.Key, Events: end.Value - _countsAtStart.GetValueOrDefault(end.Key))).Where(one => one.Events > 0);
}
