namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// When RCU callbacks would run, for traces (or ends of traces) without sched_process_free: grace periods back to back, of random
/// length, one sequence for the machine. A callback waits for the first grace period that starts after it was queued to end, so its
/// delay is between one and two lengths, and callbacks come in batches (kernel/rcu/tree.c, rcu_segcblist.c). Never a constant delay.
/// A damaged clock can make a trace last for centuries: after the first 73 minutes the sequence starts anew every 34 seconds, so that
/// memory and time do not grow with the length.
/// </summary>
public sealed class GracePeriodModel
{
    // SEMANTICS of HZ=250 machines under load: median 8 ms, 95 % below 30 ms; 1 jiffy at least.
    private const double MedianNs = 8e6;
    private const double SigmaOfLog = 0.80;
    private const double LengthMinNs = 4e6;
    private const double LengthMaxNs = 1e8;

    private const long FirstStretchNs = 1L << 42;
    private const int StretchShift = 35;
    private const int StretchNumberShift = 24;

    private readonly List<long> _first = [];
    private readonly List<long> _later = [];
    private readonly long _originNs;
    private readonly ulong _seed;
    private ulong _stretch;

    /// <param name="originNs">Time at or before which the first grace period starts.</param>
    /// <param name="seed">Same seed, same grace periods.</param>
    public GracePeriodModel(long originNs, ulong seed)
    {
        _seed = seed;
        _originNs = originNs;
        _first.Add(originNs);
    }

    /// <summary>When a callback queued at <paramref name="queuedNs"/> (not before the origin) runs.</summary>
    public long InvocationNs(long queuedNs)
    {
        // Nothing runs after the end of time.
        if (queuedNs > long.MaxValue - FirstStretchNs)
            return long.MaxValue;
        ulong afterNs = (ulong)(queuedNs - _originNs);
        if (queuedNs < _originNs || afterNs < FirstStretchNs)
            return InvocationNs(_first, queuedNs, 0);
        ulong stretch = afterNs >> StretchShift;
        if (stretch != _stretch)
        {
            _stretch = stretch;
            _later.Clear();
            _later.Add(_originNs + (long)(stretch << StretchShift));
        }

        return InvocationNs(_later, queuedNs, stretch << StretchNumberShift);
    }

    private long InvocationNs(List<long> starts, long queuedNs, ulong firstNumber)
    {
        while (starts[^1] <= queuedNs || starts.Count < 2)
            AddPeriod(starts, firstNumber);
        int index = starts.BinarySearch(queuedNs);
        int next = index >= 0 ? index + 1 : ~index;
        while (starts.Count <= next + 1)
            AddPeriod(starts, firstNumber);
        return starts[next + 1];
    }

    private void AddPeriod(List<long> starts, ulong firstNumber)
    {
        double normal = Randomness.Normal(_seed, firstNumber + (ulong)starts.Count);
        double lengthNs = Math.Clamp(MedianNs * Math.Exp(SigmaOfLog * normal), LengthMinNs, LengthMaxNs);
        starts.Add(starts[^1] + (long)lengthNs);
    }
}
