namespace ForkTrace.Replay.Ledger;

/// <summary>A number of stacks that changes over time: its peak and its integral.</summary>
internal struct StockOverTime
{
    private long _sinceNs;
    private double _stackNs;
    private long _peak;

    public long Count { get; private set; }

    /// <summary>Forgets the past; the count stays.</summary>
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

    /// <summary>Adds stacks that existed all the time since <see cref="StartAt"/>.</summary>
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

    /// <summary>Adds <paramref name="delta"/> stacks, or removes them if it is negative.</summary>
    public void Change(long timeNs, long delta)
    {
        Accrue(timeNs);
        Count += delta;
        if (Count > _peak)
            _peak = Count;
    }

    /// <summary>Corrects peak and integral for several changes that were reported as one.</summary>
    /// <param name="above">How far the peak between these changes was above the current count.</param>
    /// <param name="stackNs">How far the true integral was above the one from the reported change.</param>
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
