using ForkTrace.Lifecycle.Conditions;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// When and where modelled RCU callbacks run: after their grace period, in the order of their CPU's queue, in batches.
/// <para>
/// With a batch limit, one pass of the softirq runs max(blimit, ready / 128) callbacks, or all of them if more than qhimark are ready
/// (rcu_do_batch, kernel/rcu/tree.c). The softirq raises itself again for the rest, up to ten times in a row (MAX_SOFTIRQ_RESTART,
/// kernel/softirq.c). ksoftirqd runs what is left then; the model assumes that it does so one tick later. Callbacks of other kinds are
/// unknown and not counted.
/// </para>
/// <para>
/// The callbacks of an offloaded CPU are run by its kthread, without a limit, on a CPU that is drawn for each grace period. Lazy callbacks
/// first wait until the oldest has waited long enough, or there are too many (rcu_nocb_try_bypass, kernel/rcu/tree_nocb.h). In a kernel,
/// any callback that is not lazy also ends this wait, so the model's delay is an upper bound.
/// </para>
/// </summary>
/// <param name="periods">When grace periods end.</param>
/// <param name="model">Limits, offloaded CPUs, laziness.</param>
/// <param name="seed">Seed for the CPUs of kthreads.</param>
/// <param name="cpus">CPUs of the machine.</param>
public sealed class CallbackSchedule(GracePeriodModel periods, RcuModel model, ulong seed, int cpus)
{
    private const int ReadyDivisor = 128;
    private const int ReadyUnlimited = 10000;
    private const int PassesInARow = 10;
    private const ulong PlaceSeed = 0x6E6F63625F637075;

    private readonly List<(long QueuedNs, int Cpu)> _queued = [];
    private readonly int[] _housekeeping = Housekeeping(model, cpus);
    private (long TimeNs, int Cpu)[] _runs = [];

    /// <summary>Number of callbacks queued.</summary>
    public int Count => _queued.Count;

    /// <summary>Queues a callback on a CPU; returns its number.</summary>
    public int Add(long queuedNs, int cpu)
    {
        _queued.Add((queuedNs, cpu));
        return _queued.Count - 1;
    }

    /// <summary>When and where each callback runs, by number.</summary>
    public (long TimeNs, int Cpu)[] Run()
    {
        _runs = new (long TimeNs, int Cpu)[_queued.Count];
        int[] order = [.. Enumerable.Range(0, _queued.Count)];
        Array.Sort(order, Compare);
        for (int from = 0, to; from < order.Length; from = to)
        {
            int cpu = _queued[order[from]].Cpu;
            to = from + 1;
            while (to < order.Length && _queued[order[to]].Cpu == cpu)
                to++;
            if (model.IsOffloaded(cpu))
                RunOffloaded(cpu, order.AsSpan(from, to - from));
            else
                RunInSoftirq(cpu, order.AsSpan(from, to - from));
        }

        return _runs;
    }

    /// <summary>The CPU on which the kthread of an offloaded CPU runs the callbacks of the grace period that ends at that time.</summary>
    public int KthreadCpu(int cpu, long endNs) =>
        _housekeeping[Randomness.Bits(seed ^ PlaceSeed ^ (ulong)cpu, (ulong)endNs) % (ulong)_housekeeping.Length];

    private static int[] Housekeeping(RcuModel model, int cpus)
    {
        int[] all = [.. Enumerable.Range(0, Math.Max(1, cpus))];
        int[] named = [.. model.HousekeepingCpus.Where(cpu => cpu < all.Length)];
        int[] rest = [.. all.Where(cpu => !model.IsOffloaded(cpu))];
        return named.Length > 0 ? named : rest.Length > 0 ? rest : all;
    }

    private int Compare(int left, int right)
    {
        int byCpu = _queued[left].Cpu.CompareTo(_queued[right].Cpu);
        int byTime = byCpu != 0 ? byCpu : _queued[left].QueuedNs.CompareTo(_queued[right].QueuedNs);
        return byTime != 0 ? byTime : left.CompareTo(right);
    }

    private void RunInSoftirq(int cpu, ReadOnlySpan<int> queue)
    {
        long lastNs = 0;
        for (int from = 0, to; from < queue.Length; from = to)
        {
            long endNs = periods.InvocationNs(_queued[queue[from]].QueuedNs);
            to = from + 1;
            while (to < queue.Length && periods.InvocationNs(_queued[queue[to]].QueuedNs) == endNs)
                to++;
            int ready = to - from;
            long limit = ready > ReadyUnlimited || model.BatchLimit == 0 ? ready : Math.Max(model.BatchLimit, ready / ReadyDivisor);
            for (int index = from; index < to; index++)
            {
                lastNs = Math.Max(lastNs, endNs + ((index - from) / (limit * PassesInARow) * model.JiffyNs));
                _runs[queue[index]] = (lastNs, cpu);
            }
        }
    }

    private void RunOffloaded(int cpu, ReadOnlySpan<int> queue)
    {
        for (int from = 0, to; from < queue.Length; from = to)
        {
            long askedNs = Flush(queue, from, out to);
            long endNs = periods.InvocationNs(askedNs);
            for (int index = from; index < to; index++)
                _runs[queue[index]] = (endNs, KthreadCpu(cpu, endNs));
        }
    }

    // The callbacks that wait together, and when their wait ends.
    private long Flush(ReadOnlySpan<int> queue, int from, out int to)
    {
        long firstNs = _queued[queue[from]].QueuedNs;
        to = from + 1;
        if (model.LazyNs == 0)
            return firstNs;
        long flushNs = firstNs + model.LazyNs;
        while (to < queue.Length && _queued[queue[to]].QueuedNs < flushNs && to - from < model.LazyLimit)
            to++;
        return to - from == model.LazyLimit ? _queued[queue[to - 1]].QueuedNs : flushNs;
    }
}
