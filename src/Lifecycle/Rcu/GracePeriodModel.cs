using ForkTrace.Lifecycle.Conditions;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// When grace periods end, for traces (or ends of traces) without sched_process_free. Grace periods follow each other directly, have random
/// lengths, and form one sequence for the machine. A callback waits for the end of the first grace period that starts after the callback
/// was queued. So its delay is not constant: it is between one and two lengths, and callbacks come in batches (kernel/rcu/tree.c,
/// rcu_segcblist.c). A damaged clock can make a trace last for centuries. After the first 73 minutes the sequence therefore starts anew
/// every 34 seconds, so that memory and time do not grow with the length.
/// </summary>
public sealed class GracePeriodModel
{
    // With the default of two scans at HZ=250: median 8 ms, 95 % below 30 ms, as measured for grace periods under load.
    private const double SigmaOfLog = 0.80;

    // An expedited grace period interrupts every CPU: some tens of microseconds (kernel/rcu/tree_exp.h).
    private const long ExpeditedNs = 50_000;

    private const long FirstStretchNs = 1L << 42;
    private const int StretchShift = 35;
    private const int StretchNumberShift = 24;

    private readonly List<long> _first = [];
    private readonly List<long> _later = [];
    private readonly long _originNs;
    private readonly ulong _seed;
    private ulong _stretch;
    private readonly bool _isExpedited;
    private readonly double _medianNs;
    private readonly double _lengthMinNs;
    private readonly double _lengthMaxNs;

    /// <param name="originNs">Time at or before which the first grace period starts.</param>
    /// <param name="seed">The same seed gives the same grace periods.</param>
    /// <param name="model">Their lengths; null for the default.</param>
    /// <param name="cpus">CPUs of the machine.</param>
    public GracePeriodModel(long originNs, ulong seed, RcuModel? model = null, int cpus = 1)
    {
        model ??= RcuModel.Default;
        _seed = seed;
        _isExpedited = model.IsExpedited;
        _medianNs = model.MedianOf(cpus);

        // At least one tick. A CPU that does not report is forced to after a tenth of a second (jiffies_till_sched_qs).
        _lengthMinNs = Math.Min(model.JiffyNs, _medianNs);
        _lengthMaxNs = Math.Max(1e8 + (cpus / 256 * model.JiffyNs), _medianNs);
        _originNs = originNs;
        _first.Add(originNs);
    }

    /// <summary>End of the grace period that a callback queued at <paramref name="queuedNs"/> (not before the origin) waits for,
    /// ns.</summary>
    public long InvocationNs(long queuedNs)
    {
        // Beyond the range of the clock, nothing runs.
        if (queuedNs > long.MaxValue - FirstStretchNs)
            return long.MaxValue;
        if (_isExpedited)
            return ((queuedNs / ExpeditedNs) + 2) * ExpeditedNs;
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
        double lengthNs = Math.Clamp(_medianNs * Math.Exp(SigmaOfLog * normal), _lengthMinNs, _lengthMaxNs);
        starts.Add(starts[^1] + Math.Max(1, (long)lengthNs));
    }
}
