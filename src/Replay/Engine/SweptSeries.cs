namespace ForkTrace.Replay.Engine;

/// <summary>The time series of all capacities of a sweep.</summary>
internal sealed class SweptSeries(ReplayContext context, int capacityMax)
{
    private readonly List<Window> _windows = [];
    private readonly int[] _byDepth = new int[capacityMax + 2];
    private long _startNs;
    private readonly int[] _cachedNow = new int[capacityMax + 1];

    public long WindowEndNs { get; private set; } = long.MaxValue;

    public void StartAt(long timeNs)
    {
        _windows.Clear();
        Array.Clear(_byDepth);
        _startNs = timeNs;
        WindowEndNs = timeNs + context.WindowNs;
    }

    /// <summary>Counts a fork that hits from that capacity on.</summary>
    public void Count(int depth) => _byDepth[depth]++;

    /// <summary>Adds stacks that existed in all windows so far.</summary>
    public void AddEarlier(long live, long waiting)
    {
        for (int index = 0; index < _windows.Count; index++)
            _windows[index] = _windows[index] with { Live = _windows[index].Live + live, Waiting = _windows[index].Waiting + waiting };
    }

    public void CloseUntil(long timeNs, CapacityStocks cached, long live, long waiting)
    {
        while (timeNs >= WindowEndNs)
        {
            Add(cached, live, waiting);
            WindowEndNs += context.WindowNs;
        }
    }

    /// <summary>Closes the last window, unless nothing happened in it.</summary>
    public void Close(CapacityStocks cached, long live, long waiting)
    {
        if (_byDepth.AsSpan().IndexOfAnyExcept(0) >= 0 || _windows.Count == 0)
            Add(cached, live, waiting);
    }

    /// <summary>The series of one capacity.</summary>
    public IReadOnlyList<SeriesPoint> Of(int capacity)
    {
        SeriesPoint[] points = new SeriesPoint[_windows.Count];
        for (int index = 0; index < points.Length; index++)
        {
            Window window = _windows[index];
            long hits = window.ByDepth.AsSpan(0, capacity + 1).Sum();
            points[index] = new SeriesPoint(
                window.StartNs, window.ByDepth.AsSpan().Sum(), hits, window.Live, window.Cached[capacity], window.Waiting);
        }

        return points;
    }

    private void Add(CapacityStocks cached, long live, long waiting)
    {
        for (int capacity = 0; capacity <= capacityMax; capacity++)
            _cachedNow[capacity] = cached.Now(capacity);
        _windows.Add(new Window(WindowEndNs - context.WindowNs - _startNs, [.. _byDepth], [.. _cachedNow], live, waiting));
        Array.Clear(_byDepth);
    }

    private sealed record Window(long StartNs, int[] ByDepth, int[] Cached, long Live, long Waiting);
}

/// <summary><see cref="VfreeQueue"/> for all capacities at once: if one capacity drops a stack, all smaller ones do.</summary>
internal sealed class SweptVfrees(int capacityMax, long delayNs)
{
    private readonly CapacityStocks _stocks = new(capacityMax);
    private readonly Queue<(long DueNs, int Depth)> _waiting = new(256);

    public void StartAt(long timeNs)
    {
        Settle(timeNs);
        _stocks.StartAt(timeNs);
    }

    /// <summary>Every capacity below <paramref name="depth"/> hands a stack to the workqueue.</summary>
    public void AddBelow(int depth, long timeNs)
    {
        Settle(timeNs);
        _waiting.Enqueue((timeNs + delayNs, depth));
        _stocks.AddBelow(depth, timeNs);
    }

    public void Settle(long timeNs)
    {
        while (_waiting.TryPeek(out (long DueNs, int Depth) first) && first.DueNs <= timeNs)
        {
            _waiting.Dequeue();
            _stocks.RemoveBelow(first.Depth, first.DueNs);
        }
    }

    public StockUse Close(int capacity, long startNs, long endNs, int bytesOfStack) =>
        _stocks.Close(capacity, startNs, endNs, bytesOfStack);
}
