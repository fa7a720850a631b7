namespace ForkTrace.Replay.Ledger;

/// <summary>The ends of misses that are not over yet: how many there are at a time. A binary heap of end times.</summary>
internal sealed class MissesUnderWay
{
    private readonly PriorityQueue<byte, double> _ends = new(256);

    /// <summary>How many misses begun earlier are still under way.</summary>
    public int CountAt(double timeNs)
    {
        while (_ends.TryPeek(out _, out double endNs) && endNs <= timeNs)
            _ends.Dequeue();
        return _ends.Count;
    }

    public void Add(double endNs) => _ends.Enqueue(0, endNs);
}
