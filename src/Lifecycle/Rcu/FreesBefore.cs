namespace ForkTrace.Lifecycle.Rcu;

/// <summary>What earlier stretches of a trace have shown of frees of dead tasks.</summary>
internal sealed class FreesBefore
{
    // Of a longer trace, the median is over the last of them.
    private const int MostWaits = 1 << 20;
    private readonly List<long> _waitsNs = [];
    private int _oldest;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>How long callbacks waited, ns, in no order.</summary>
    public IReadOnlyList<long> WaitsNs => _waitsNs;

    /// <summary>Adds a free.</summary>
    /// <param name="waitNs">How long its callback had waited; below 0 where that is not known.</param>
    public void Add(long waitNs)
    {
        Count++;
        if (waitNs < 0)
            return;
        if (_waitsNs.Count < MostWaits)
            _waitsNs.Add(waitNs);
        else
            _waitsNs[_oldest++ % MostWaits] = waitNs;
    }
}
