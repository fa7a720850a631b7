namespace ForkTrace.Replay.Ledger;

/// <summary>The time series of one replay: forks and hits per window, and the stocks at each window's end.</summary>
internal struct LedgerSeries(long windowNs)
{
    private readonly List<SeriesPoint> _points = new(256);
    private long _startNs;
    private long _allocations;
    private long _hits;

    /// <summary>Closed windows.</summary>
    public readonly IReadOnlyList<SeriesPoint> Points => _points;

    /// <summary>When the current window ends.</summary>
    public long EndNs { get; private set; }

    /// <summary>Forgets all windows; the first begins at that time.</summary>
    public void StartAt(long timeNs)
    {
        _points.Clear();
        _allocations = _hits = 0;
        _startNs = timeNs;
        EndNs = timeNs + windowNs;
    }

    /// <summary>Adds stacks that existed in all windows so far.</summary>
    public readonly void AddEarlier(long live, long waiting)
    {
        foreach (ref SeriesPoint point in CollectionsMarshal.AsSpan(_points))
            point = point with { LiveStacks = point.LiveStacks + live, WaitingStacks = point.WaitingStacks + waiting };
    }

    /// <summary>Counts a fork.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountAllocation() => _allocations++;

    /// <summary>Marks the fork that is counted next, or was counted last, as a hit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountHit() => _hits++;

    /// <summary>Closes the windows that end by that time, with the current stocks.</summary>
    public void CloseUntil(long timeNs, long live, long cached, long waiting)
    {
        while (timeNs >= EndNs)
        {
            Add(live, cached, waiting);
            EndNs += windowNs;
        }
    }

    /// <summary>Closes the last window, unless it has no forks and another window exists.</summary>
    public void Close(long live, long cached, long waiting)
    {
        if (_allocations > 0 || _points.Count == 0)
            Add(live, cached, waiting);
    }

    private void Add(long live, long cached, long waiting)
    {
        _points.Add(new SeriesPoint(EndNs - windowNs - _startNs, _allocations, _hits, live, cached, waiting));
        _allocations = _hits = 0;
    }
}
