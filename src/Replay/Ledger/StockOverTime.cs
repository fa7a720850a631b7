namespace ForkTrace.Replay.Ledger;

/// <summary>A number of stacks that changes over time: its peak and its integral.</summary>
internal struct StockOverTime
{
    private long _sinceNs;
    private double _stackNs;
    private long _peak;

    public long Count { get; private set; }

    /// <summary>Forgets the time before; the count stays.</summary>
    public void StartAt(long timeNs)
    {
        _sinceNs = timeNs;
        _stackNs = 0;
        _peak = Count;
    }

    public void Add(long timeNs)
    {
        Accrue(timeNs);
        Count++;
        if (Count > _peak)
            _peak = Count;
    }

    /// <summary>Adds several that were there all the time, since <see cref="StartAt"/>.</summary>
    public void AddEarlier(long startNs, long count)
    {
        _stackNs += (double)(_sinceNs - startNs) * count;
        Count += count;
        _peak += count;
    }

    public void Remove(long timeNs)
    {
        Accrue(timeNs);
        Count--;
    }

    /// <summary>Adds or, below zero, removes several.</summary>
    public void Change(long timeNs, long delta)
    {
        Accrue(timeNs);
        Count += delta;
        if (Count > _peak)
            _peak = Count;
    }

    /// <summary>Notes what several changes that are told as one were in between.</summary>
    /// <param name="above">How far the stock was above what it is now, at its peak.</param>
    /// <param name="stackNs">What its integral was beyond that of what it is told to have been.</param>
    public void Note(long above, double stackNs)
    {
        _stackNs += stackNs;
        if (Count + above > _peak)
            _peak = Count + above;
    }

    /// <summary>The stock between two times, in bytes.</summary>
    public StockUse Close(long startNs, long endNs, long bytesOfStack)
    {
        Accrue(endNs);
        double mean = endNs > startNs ? _stackNs / (endNs - startNs) : Count;
        return new StockUse(_peak * bytesOfStack, mean * bytesOfStack, Count * bytesOfStack);
    }

    private void Accrue(long timeNs)
    {
        _stackNs += (double)(timeNs - _sinceNs) * Count;
        _sinceNs = timeNs;
    }
}
