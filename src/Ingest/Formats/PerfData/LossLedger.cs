using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Events that the kernel dropped because a CPU's ring buffer was full. It counts each twice: for the buffer (a LOST record when
/// there is room again) and for the event (a LOST_SAMPLES record when recording ends; kernel/events/ring_buffer.c,
/// __perf_output_begin). What the second count has more than the first was dropped after the last LOST record.
/// </summary>
internal sealed class LossLedger
{
    private const int UnknownCpu = -1;

    private readonly List<LossInterval> _intervals = [];
    private readonly SortedDictionary<int, ulong> _byBuffer = [];
    private readonly SortedDictionary<int, ulong> _byEvent = [];

    /// <summary>A LOST record: <paramref name="events"/> dropped on a CPU (-1: not known) between two times.</summary>
    public void AddGap(int cpu, long fromNs, long toNs, ulong events)
    {
        Count(_byBuffer, cpu, events);
        if (_intervals.Count > 0 && _intervals[^1] is { } last && last.Cpu == cpu && last.FromNs == fromNs && last.ToNs == toNs)
            _intervals[^1] = last with { Events = Saturated((ulong)last.Events + events) };
        else
            _intervals.Add(new LossInterval(cpu, fromNs, toNs, Saturated(events)));
    }

    /// <summary>A LOST_SAMPLES record: the event that was opened on that CPU (-1: not known) missed so many in all.</summary>
    public void AddTotal(int cpu, ulong events) => Count(_byEvent, cpu, events);

    /// <summary>All gaps, and one to the end of the recording for what no gap accounts for.</summary>
    public ImmutableArray<LossInterval> Intervals(CpuStreams streams)
    {
        // Totals of unknown CPUs may count what other CPUs' gaps have counted, so then only the sums can be compared.
        bool isByCpu = !_byEvent.ContainsKey(UnknownCpu) && !_byBuffer.ContainsKey(UnknownCpu);
        List<LossInterval> rest = [];
        if (isByCpu)
        {
            foreach ((int cpu, ulong total) in _byEvent)
                AddRest(rest, cpu, streams.LastNs(cpu), total, _byBuffer.GetValueOrDefault(cpu));
        }
        else
        {
            AddRest(rest, UnknownCpu, long.MinValue, Sum(_byEvent), Sum(_byBuffer));
        }

        return [.. _intervals, .. rest];
    }

    private static void AddRest(List<LossInterval> rest, int cpu, long fromNs, ulong total, ulong accounted)
    {
        if (total > accounted)
            rest.Add(new LossInterval(cpu, fromNs, long.MaxValue, Saturated(total - accounted)));
    }

    private static void Count(SortedDictionary<int, ulong> counts, int cpu, ulong events) =>
        counts[cpu] = (ulong)Saturated(counts.GetValueOrDefault(cpu) + (ulong)Saturated(events));

    private static ulong Sum(SortedDictionary<int, ulong> counts)
    {
        ulong sum = 0;
        foreach (ulong count in counts.Values)
            sum = (ulong)Saturated(sum + count);
        return sum;
    }

    // A damaged record can claim any number; a quarter of the range is far beyond any recording and cannot overflow when added.
    private static long Saturated(ulong events) => (long)Math.Min(events, 1UL << 61);
}
