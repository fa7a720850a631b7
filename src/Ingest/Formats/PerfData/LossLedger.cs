namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Records that the kernel dropped because a CPU's ring buffer was full. It counts each one twice (kernel/events/ring_buffer.c,
/// __perf_output_begin): for the buffer, reported by a LOST record when there is room again, and for the event, reported by a
/// LOST_SAMPLES record when recording ends (Linux 6.0, perf 6.1). LOST tells when. LOST_SAMPLES tells which event: the buffers also
/// hold records of other kinds, such as memory maps. If LOST_SAMPLES counts more, the rest was dropped after the last LOST record.
/// </summary>
internal sealed class LossLedger
{
    private const int UnknownCpu = -1;
    private const int LatestMax = 1024;

    private readonly List<LossInterval> _intervals = [];
    private readonly SortedDictionary<int, ulong> _byBuffer = [];
    private readonly SortedDictionary<int, ulong> _byEvent = [];
    private readonly SortedDictionary<string, ulong> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds a LOST record: <paramref name="records"/> were dropped on a CPU (-1: unknown) between two times.</summary>
    public void AddGap(int cpu, long fromNs, long toNs, ulong records)
    {
        Count(_byBuffer, cpu, records);
        _intervals.Add(new LossInterval(cpu, fromNs, toNs, Saturated(records)));
    }

    /// <summary>Adds a LOST_SAMPLES record: how many records of an event (null: unknown) were dropped on a CPU (-1: unknown).</summary>
    public void AddTotal(int cpu, PerfAttribute? attribute, ulong records)
    {
        Count(_byEvent, cpu, records);
        if (attribute is null or { IsTracepoint: true })
            Count(_byName, attribute?.Name ?? "unknown", records);
    }

    /// <summary>All gaps, and one up to the recording's end for the records that no gap accounts for. They count records of any
    /// kind.</summary>
    public ImmutableArray<LossInterval> Intervals(CpuStreams streams)
    {
        if (IsEmpty)
            return [];
        // If a CPU is unknown, its total may include records that other CPUs' gaps count, so only the sums can be compared.
        bool isByCpu = !_byEvent.ContainsKey(UnknownCpu) && !_byBuffer.ContainsKey(UnknownCpu);
        List<LossInterval> rest = [];
        if (isByCpu)
        {
            foreach ((int cpu, ulong total) in _byEvent)
                AddRest(rest, cpu, streams.LastNs(cpu), total, _byBuffer.GetValueOrDefault(cpu));
        }
        else
            AddRest(rest, UnknownCpu, long.MinValue, Sum(_byEvent.Values), Sum(_byBuffer.Values));
        return [.. _intervals, .. rest];
    }

    /// <summary>The latest gaps that LOST records report, for a recording that has not ended.</summary>
    public ImmutableArray<LossInterval> LatestGaps => [.. _intervals.Skip(_intervals.Count - LatestMax)];

    /// <summary>Dropped events, by the tracepoints' counts. If those do not explain all that the buffers dropped: dropped records of any
    /// kind.</summary>
    public long Lost => IsEmpty ? 0 : Saturated(IsCountedByEvent ? Sum(_byName.Values) : Sum(_byBuffer.Values));

    private bool IsEmpty => _byBuffer.Count + _byEvent.Count == 0;

    /// <summary>Reports how many events were dropped, and which, if the recording contains that.</summary>
    public IssueList Issues()
    {
        string names = string.Join(", ", _byName.Where(one => one.Value > 0).Select(one => $"{one.Key} {one.Value}"));
        string dropped = IsCountedByEvent
            ? $"The kernel dropped events because a ring buffer was full ({names})"
            : "The kernel dropped records because a ring buffer was full; how many of them are events is not recorded";
        string gaps = IsCountedByEvent && Sum(_byEvent.Values) > Sum(_byName.Values) ? " The gaps also count records of other kinds." : "";
        return new IssueList().Loss("lost_events", Lost, $"{dropped}. Record with a larger -m or fewer events.{gaps}");
    }

    private bool IsCountedByEvent => _byEvent.Count > 0 && Sum(_byEvent.Values) >= Sum(_byBuffer.Values);

    private static void AddRest(List<LossInterval> rest, int cpu, long fromNs, ulong total, ulong accounted)
    {
        if (total > accounted)
            rest.Add(new LossInterval(cpu, fromNs, long.MaxValue, Saturated(total - accounted)));
    }

    private static void Count<TKey>(SortedDictionary<TKey, ulong> counts, TKey key, ulong records)
        where TKey : notnull =>
        counts[key] = (ulong)Saturated(counts.GetValueOrDefault(key) + (ulong)Saturated(records));

    private static ulong Sum(IEnumerable<ulong> counts)
    {
        ulong sum = 0;
        foreach (ulong count in counts)
            sum = (ulong)Saturated(sum + count);
        return sum;
    }

    // A damaged record can claim any number; a quarter of the range is far beyond any recording and cannot overflow when added.
    private static long Saturated(ulong records) => (long)Math.Min(records, 1UL << 61);
}
