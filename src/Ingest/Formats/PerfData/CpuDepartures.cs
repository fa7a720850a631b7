namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>When CPUs went offline, according to events of other CPUs. Reads the rows before they are merged.</summary>
internal sealed class CpuDepartures
{
    private readonly SortedDictionary<int, (long FirstNs, long LastNs)> _steps = [];
    private readonly List<(long Rows, long Steps)> _seen = [];

    /// <summary>Reads the rows that were added since the last call. Earlier rows may have been freed.</summary>
    /// <param name="streams">The same streams in each call; new ones come after them.</param>
    public void Note(IReadOnlyList<RawEventStream> streams)
    {
        for (int index = 0; index < streams.Count; index++)
        {
            RawEventStream stream = streams[index];
            if (index == _seen.Count)
                _seen.Add(default);
            (long row, long steps) = _seen[index];
            _seen[index] = (stream.Rows, stream.CountsByKind[(int)EventKind.CpuDown]);
            while (steps < _seen[index].Steps && row < stream.Rows)
            {
                Span<RawEvent> rows = stream.RowsFrom(row, stream.Rows);
                foreach (ref readonly RawEvent one in rows)
                    Note(stream.Cpu, in one);
                row += rows.Length;
            }
        }
    }

    /// <summary>A loss interval for each CPU that has no events after it went offline. The number of lost events is unknown.</summary>
    public ImmutableArray<LossInterval> Intervals(CpuStreams streams) =>
        _steps.Count == 0 ? [] :
    [
        .. _steps.Where(one => streams.LastNs(one.Key) < one.Value.LastNs).Select(one => new LossInterval(
            one.Key, Math.Max(one.Value.FirstNs, streams.LastNs(one.Key)), long.MaxValue, -1)),
    ];

    private void Note(int cpu, in RawEvent row)
    {
        if (row.Kind != EventKind.CpuDown || (ulong)row.Value >= CpuStreams.CpusMax || row.Value == cpu)
            return;
        (long FirstNs, long LastNs) seen = _steps.GetValueOrDefault((int)row.Value, (row.TimeNs, row.TimeNs));
        _steps[(int)row.Value] = (Math.Min(seen.FirstNs, row.TimeNs), Math.Max(seen.LastNs, row.TimeNs));
    }
}
