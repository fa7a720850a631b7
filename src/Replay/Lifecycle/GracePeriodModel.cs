namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// When grace periods end, for traces (or ends of traces) without sched_process_free: back to back, of random length, one sequence for the
/// machine. A callback waits for the first grace period that starts after it was queued to end, so its delay is between one and two
/// lengths, and callbacks come in batches (kernel/rcu/tree.c, rcu_segcblist.c). Never a constant delay.
/// </summary>
public sealed class GracePeriodModel
{
    // With the default of two scans at HZ=250: median 8 ms, 95 % below 30 ms, as grace periods under load are.
    private const double SigmaOfLog = 0.80;

    // An expedited grace period asks every CPU by an interrupt: some tens of microseconds (kernel/rcu/tree_exp.h).
    private const long ExpeditedNs = 50_000;

    private readonly List<long> _starts = [];
    private readonly ulong _seed;
    private readonly bool _isExpedited;
    private readonly double _medianNs;
    private readonly double _lengthMinNs;
    private readonly double _lengthMaxNs;

    /// <param name="originNs">Time at or before which the first grace period starts.</param>
    /// <param name="seed">Same seed, same grace periods.</param>
    /// <param name="model">How long they are; null for the default.</param>
    /// <param name="cpus">CPUs of the machine.</param>
    public GracePeriodModel(long originNs, ulong seed, RcuModel? model = null, int cpus = 1)
    {
        model ??= RcuModel.Default;
        _seed = seed;
        _isExpedited = model.IsExpedited;
        _medianNs = model.MedianOf(cpus);

        // A tick at the least; a CPU that does not report is pressed after a tenth of a second (jiffies_till_sched_qs).
        _lengthMinNs = Math.Min(model.JiffyNs, _medianNs);
        _lengthMaxNs = Math.Max(1e8 + (cpus / 256 * model.JiffyNs), _medianNs);
        _starts.Add(originNs);
    }

    /// <summary>When the grace period ends that a callback queued at <paramref name="queuedNs"/> (not before the origin) waits for.</summary>
    public long InvocationNs(long queuedNs)
    {
        if (_isExpedited)
            return ((queuedNs / ExpeditedNs) + 2) * ExpeditedNs;
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
        double lengthNs = Math.Clamp(_medianNs * Math.Exp(SigmaOfLog * normal), _lengthMinNs, _lengthMaxNs);
        _starts.Add(_starts[^1] + Math.Max(1, (long)lengthNs));
    }
}
