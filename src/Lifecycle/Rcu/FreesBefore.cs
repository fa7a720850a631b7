namespace ForkTrace.Lifecycle.Rcu;

/// <summary>Frees of dead tasks in earlier stretches of a trace.</summary>
internal sealed class FreesBefore
{
    // In a longer trace, the median is taken over the most recent ones.
    private const int MostWaits = 1 << 20;
    private readonly List<long> _waitsNs = [];
    private int _oldest;

    /// <summary>Number of frees.</summary>
    public long Count { get; private set; }

    /// <summary>Waiting times of their callbacks, ns, in no particular order.</summary>
    public IReadOnlyList<long> WaitsNs => _waitsNs;

    /// <summary>Adds a free.</summary>
    /// <param name="waitNs">Waiting time of its callback; negative if unknown.</param>
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
