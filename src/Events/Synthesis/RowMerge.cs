namespace ForkTrace.Events.Synthesis;

/// <summary>Merges the rows of several sources by time. At equal times, rows of an earlier source come first.</summary>
internal sealed class RowMerge
{
    private const int RowsOfSource = 64;

    private readonly RowSource[] _sources;
    private readonly SyntheticRow[][] _rows;
    private readonly int[] _next;
    private readonly int[] _filled;
    private readonly TimeHeap _heads = new();

    public RowMerge(RowSource[] sources)
    {
        _sources = sources;
        _rows = new SyntheticRow[sources.Length][];
        _next = new int[sources.Length];
        _filled = new int[sources.Length];
        for (int source = 0; source < sources.Length; source++)
        {
            _rows[source] = new SyntheticRow[RowsOfSource];
            if (Refill(source))
                _heads.Push(_rows[source][0].TimeNs, source, source);
        }
    }

    /// <summary>Appends at most that many rows to columns; false if there were none left.</summary>
    public bool Fill(EventColumns columns, int count, EventCounts counts)
    {
        int first = columns.Count;
        for (; count > 0 && _heads.Count > 0; count--)
        {
            int source = _heads.Least;
            ref readonly SyntheticRow row = ref _rows[source][_next[source]++];
            row.AddTo(columns);
            counts.Add(row.Kind, row.TimeNs);
            if (_next[source] < _filled[source] || Refill(source))
                _heads.ReplaceLeast(_rows[source][_next[source]].TimeNs, source, source);
            else
                _heads.Pop();
        }

        return columns.Count > first;
    }

    private bool Refill(int source)
    {
        _next[source] = 0;
        _filled[source] = _sources[source].Fill(_rows[source]);
        return _filled[source] > 0;
    }
}
