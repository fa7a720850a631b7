namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// When RCU callbacks would run, for traces (or ends of traces) without sched_process_free: grace periods back to back, of random
/// length, one sequence for the machine. A callback waits for the first grace period that starts after it was queued to end, so its
/// delay is between one and two lengths, and callbacks come in batches (kernel/rcu/tree.c, rcu_segcblist.c). Never a constant delay.
/// </summary>
public sealed class GracePeriodModel
{
    // SEMANTICS of HZ=250 machines under load: median 8 ms, 95 % below 30 ms; 1 jiffy at least.
    private const double MedianNs = 8e6;
    private const double SigmaOfLog = 0.80;
    private const double LengthMinNs = 4e6;
    private const double LengthMaxNs = 1e8;

    private readonly List<long> _starts = [];
    private readonly ulong _seed;

    /// <param name="originNs">Time at or before which the first grace period starts.</param>
    /// <param name="seed">Same seed, same grace periods.</param>
    public GracePeriodModel(long originNs, ulong seed)
    {
        _seed = seed;
        _starts.Add(originNs);
    }

    /// <summary>When a callback queued at <paramref name="queuedNs"/> (not before the origin) runs.</summary>
    public long InvocationNs(long queuedNs)
    {
        while (_starts[^1] <= queuedNs || _starts.Count < 2)
            AddPeriod();
        int index = _starts.BinarySearch(queuedNs);
        int next = index >= 0 ? index + 1 : ~index;
        while (_starts.Count <= next + 1)
            AddPeriod();
        return _starts[next + 1];
    }

    private void AddPeriod()
    {
        ulong number = (ulong)_starts.Count;
        double normal = Randomness.Normal(_seed, number);
        double lengthNs = Math.Clamp(MedianNs * Math.Exp(SigmaOfLog * normal), LengthMinNs, LengthMaxNs);
        _starts.Add(_starts[^1] + (long)lengthNs);
    }
}
