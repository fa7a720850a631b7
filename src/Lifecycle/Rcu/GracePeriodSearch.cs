namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// Finds the grace periods that explain best what the trace shows of RCU: a Viterbi search over bursts of RCU softirqs that keeps the
/// most plausible histories. A history says where each grace period began and ended and on which CPU rcu_gp_kthread was.
/// <para>
/// What must be explained (kernel/rcu/tree.c): a callback seen to run (sched_process_free) ran in the first burst of its CPU after the
/// end of the first grace period that began after it was handed over. Each CPU that is not idle looks at least twice in a grace period:
/// it sees the start and reports its quiescent state; the CPU of the thread sees the start without a softirq. A burst in which callbacks
/// of stacks were due lasts as long as those that are known to have run callbacks.
/// </para>
/// <para>Costs are negative logarithms of plausibility; docs/fidelity.md says how much prediction depends on them.</para>
/// </summary>
internal sealed class GracePeriodSearch
{
    private const int None = -1;
    private const int Histories = 100;
    private const double Hopeless = 6;
    private const double RanTooEarly = 4, RanTooLate = 2, MoreOfTheSame = 0.25;
    private const double NoLook = 3, OneLook = 0.7;
    private const double EachPeriod = -0.5, IdleBetween = 0.5, ThreadMoved = 1, BurstTooLong = 0.5;
    private const int UsualBurstsOnCpu = 3;

    private readonly SoftirqBursts _bursts;
    private readonly RcuObservations _observed;
    private readonly int[] _lastOn;
    private readonly int[] _lastButOneOn;
    private readonly List<(GracePeriod Period, int Before)> _chain = [];
    private readonly Dictionary<History, int> _known = [];
    private readonly double _perCpu;
    private readonly List<History> _candidates = [];
    private readonly List<History> _histories = [new History { Begin = None, Link = None }];

    private GracePeriodSearch(SoftirqBursts bursts, RcuObservations observed)
    {
        _bursts = bursts;
        _observed = observed;
        _perCpu = 2.0 / bursts.Cpus;
        _lastOn = new int[bursts.Cpus];
        _lastButOneOn = new int[bursts.Cpus];
        Array.Fill(_lastOn, -1);
        Array.Fill(_lastButOneOn, -1);
    }

    /// <summary>The grace periods in order.</summary>
    public static List<GracePeriod> Run(SoftirqBursts bursts, RcuObservations observed)
    {
        GracePeriodSearch search = new(bursts, observed);
        for (int position = 0; position < bursts.InOrder.Length; position++)
            search.Step(position);
        return search.Best();
    }

    private List<GracePeriod> Best()
    {
        List<GracePeriod> periods = [];
        for (int link = _histories.MinBy(history => history.Cost).Link; link >= 0; link = _chain[link].Before)
            periods.Add(_chain[link].Period);
        periods.Reverse();
        return periods;
    }

    private void Step(int position)
    {
        _candidates.Clear();
        _known.Clear();
        int cpu = _bursts.InOrder[position].Cpu;
        int cpuBefore = position == 0 ? cpu : _bursts.InOrder[position - 1].Cpu;
        foreach (History history in _histories)
        {
            Offer(history);
            if (history.Begin == None)
                OfferBegin(history, position, cpuBefore);
            else
                OfferEnd(history, position, cpuBefore);
        }

        foreach (ref History candidate in CollectionsMarshal.AsSpan(_candidates))
            candidate = candidate with { Cost = candidate.Cost + CostOf(candidate, position, cpu) };
        _lastButOneOn[cpu] = _lastOn[cpu];
        _lastOn[cpu] = position;
        Keep();
    }

    private void OfferEnd(History history, int position, int cpuBefore)
    {
        History ended = history with
        {
            Cost = history.Cost + EachPeriod + LooksMissing(history, position),
            Begin = None,
            Last = new GracePeriod(history.Begin, position, history.Cpu),
            BeforeLast = history.Last,
            HasNew = true,
        };
        Offer(ended with { Cost = ended.Cost + IdleBetween });
        OfferBegin(ended, position, cpuBefore);
    }

    // The thread is woken by the last CPU to report (rcu_report_qs_rsp), and may move there.
    private void OfferBegin(History idle, int position, int cpuBefore)
    {
        Offer(idle with { Begin = position });
        if (cpuBefore != idle.Cpu)
            Offer(idle with { Begin = position, Cpu = cpuBefore, Cost = idle.Cost + ThreadMoved });
    }

    // Two histories that agree on all that is still looked at go on as one, the more plausible.
    private void Offer(History candidate)
    {
        ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, candidate with { Cost = 0, Link = 0 }, out bool isKnown);
        if (!isKnown)
        {
            index = _candidates.Count;
            _candidates.Add(candidate);
        }
        else if (candidate.Cost < _candidates[index].Cost)
        {
            _candidates[index] = candidate;
        }
    }

    // A CPU whose events were lost meanwhile may have looked.
    private double LooksMissing(History history, int position)
    {
        double cost = 0;
        for (int cpu = 0; cpu < _lastOn.Length; cpu++)
        {
            if (_bursts.MayHide(cpu, history.Begin, position))
                continue;
            if (_lastOn[cpu] < history.Begin)
                cost += NoLook;
            else if (_lastButOneOn[cpu] < history.Begin && cpu != history.Cpu)
                cost += OneLook;
        }

        return cost * _perCpu;
    }

    private double CostOf(in History history, int position, int cpu)
    {
        int previous = _lastOn[cpu];
        bool isOverdue = history.Begin != None && position - history.Begin > UsualBurstsOnCpu * _bursts.Cpus;
        double cost = history.Begin == None ? IdleBetween : isOverdue ? BurstTooLong : 0;
        foreach (RcuObservation seen in _observed.At(position))
        {
            double weight = 1 + (MoreOfTheSame * (seen.Callbacks - 1));
            if (HadTaken(history.Last, seen, cpu, previous) || HadTaken(history.BeforeLast, seen, cpu, previous))
                cost += RanTooLate * weight;
            else if (!MayHaveTaken(history.Last, seen, cpu, previous) && !MayHaveTaken(history.BeforeLast, seen, cpu, previous))
                cost += RanTooEarly * weight;
        }

        if (history.Last.End <= previous)
            return cost;
        int done = history.BeforeLast.Exists && history.BeforeLast.End <= previous ? history.BeforeLast.Begin : None;
        return cost + _observed.CostOfRunning(position, cpu, history.Last, done);
    }

    // The callbacks were due before: at an earlier burst of their CPU.
    private static bool HadTaken(GracePeriod period, RcuObservation seen, int cpu, int previous) =>
        period.Exists && period.End <= previous && period.TakesSurely(cpu, seen.Queued, seen.Handed);

    private static bool MayHaveTaken(GracePeriod period, RcuObservation seen, int cpu, int previous) =>
        period.Exists && period.End > previous && period.Takes(cpu, seen.Queued, seen.Handed);

    private void Keep()
    {
        double[] costs = [.. _candidates.Select(candidate => candidate.Cost)];
        Array.Sort(costs);
        double least = costs[0];
        double most = Math.Min(costs[Math.Min(costs.Length, Histories) - 1], least + Hopeless);

        // Many may be as plausible as the last that is kept: of these, as many as there is room for.
        int room = Histories - costs.AsSpan().IndexOfAnyInRange(most, double.PositiveInfinity);
        _histories.Clear();
        foreach (ref readonly History candidate in CollectionsMarshal.AsSpan(_candidates))
        {
            if (candidate.Cost > most || (candidate.Cost == most && room-- <= 0))
                continue;
            int link = candidate.Link;
            if (candidate.HasNew)
            {
                _chain.Add((candidate.Last, link));
                link = _chain.Count - 1;
            }

            _histories.Add(candidate with { Cost = candidate.Cost - least, Link = link, HasNew = false });
        }
    }

    // Begin: of the grace period that runs. Cpu: of rcu_gp_kthread. Last, BeforeLast: the two that ended last. HasNew: Last ended before
    // this burst. Link: the last one written to the chain.
    private readonly record struct History(
        double Cost, int Begin, int Cpu, GracePeriod Last, GracePeriod BeforeLast, bool HasNew, int Link)
    {
        // Good enough to tell histories apart, and quicker than one over all fields.
        public override int GetHashCode() =>
            (((((((Begin * 31) + Cpu) * 31) + Last.Begin) * 31) + Last.End) * 31) + BeforeLast.End;
    }
}

/// <summary>A grace period between positions of <see cref="SoftirqBursts"/>.</summary>
/// <param name="Begin">It began after the burst before this position, and before the burst at it.</param>
/// <param name="End">It ended after the burst before this position, and before the burst at it.</param>
/// <param name="Cpu">The CPU of rcu_gp_kthread when it began.</param>
internal readonly record struct GracePeriod(int Begin, int End, int Cpu)
{
    /// <summary>False for the default value: no grace period.</summary>
    public bool Exists => End > 0;

    /// <summary>True if a callback may wait for this grace period.</summary>
    /// <param name="cpu">The callback's CPU.</param>
    /// <param name="queued">How many bursts began before it was queued.</param>
    /// <param name="handed">Position of its CPU's first burst after that, which hands it to a grace period.</param>
    public bool Takes(int cpu, int queued, int handed) => TakesSurely(cpu, queued, handed) || (Cpu == cpu && Begin == queued);

    /// <summary>
    /// True if a callback waits for this grace period or for an earlier one. rcu_accelerate_cbs hands callbacks to the next grace period
    /// to begin: in the CPU's softirq, and when rcu_gp_kthread, on that CPU, cleans up after the one before (rcu_gp_cleanup).
    /// </summary>
    public bool TakesSurely(int cpu, int queued, int handed) => Begin > handed || (Cpu == cpu && Begin > queued);
}
