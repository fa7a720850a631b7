namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// Finds the grace periods that best explain what the trace shows about RCU. It is a Viterbi search over bursts of RCU softirqs that keeps
/// the most plausible histories. A history says where each grace period began and ended, and on which CPU rcu_gp_kthread was.
/// <para>
/// A history must explain the following (kernel/rcu/tree.c). A callback that was seen to run (sched_process_free) ran in the first burst of
/// its CPU after the end of the first grace period that began after the callback was assigned to one. Each CPU that is not idle looks at
/// least twice in a grace period: it sees the start, and it reports its quiescent state; the CPU of the kthread sees the start without a
/// softirq. A burst in which callbacks of stacks were due lasts as long as bursts that are known to have run callbacks.
/// </para>
/// <para>Costs are negative logarithms of plausibility. docs/fidelity.md says how much the predictions depend on them.</para>
/// </summary>
internal sealed class GracePeriodSearch
{
    private const int None = -1;
    private const int Histories = 100;

    // Ways to continue a history with a running grace period: unchanged; ended; ended and another begun, on the same CPU or on a new one.
    private const int Ways = 4;
    private const int CandidatesMax = (Ways * Histories) + 1;
    private const double Hopeless = 6;
    private const double RanTooEarly = 4, RanTooLate = 2, MoreOfTheSame = 0.25;
    private const double NoLook = 3, OneLook = 0.7;
    private const double EachPeriod = -0.5, IdleBetween = 0.5, ThreadMoved = 1, BurstTooLong = 0.5;
    private const int UsualBurstsOnCpu = 3;
    private const int LooksKnown = 256;

    private readonly SoftirqBursts _bursts;
    private readonly RcuObservations _observed;
    private readonly int[] _lastOn;
    private readonly int[] _lastButOneOn;
    private readonly GracePeriodChain _chain = new();
    private readonly HistoryGroups _groups = new();
    private readonly double _perCpu;
    private readonly int[] _links = new int[Histories];
    private History[] _histories = new History[Histories];
    private History[] _next = new History[Histories];
    private int _count = 1;

    // Candidates in the order in which they were found: the history, the way it continues, and the cost.
    private readonly int[] _sources = new int[CandidatesMax];
    private readonly Way[] _ways = new Way[CandidatesMax];
    private readonly double[] _costs = new double[CandidatesMax];
    private readonly Selection _selection = new(CandidatesMax);
    private int _candidates;
    private double _least;
    private readonly Looks[] _looks = new Looks[LooksKnown];

    private GracePeriodSearch(SoftirqBursts bursts, RcuObservations observed)
    {
        _bursts = bursts;
        _observed = observed;
        _perCpu = 2.0 / bursts.Cpus;
        _lastOn = new int[bursts.Cpus];
        _lastButOneOn = new int[bursts.Cpus];
        Array.Fill(_lastOn, -1);
        Array.Fill(_lastButOneOn, -1);
        Array.Fill(_looks, new Looks { End = None });
        _histories[0] = new History { Begin = None, Link = GracePeriodChain.Root };
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
        int best = 0;
        for (int index = 1; index < _count; index++)
        {
            if (_histories[index].Cost < _histories[best].Cost)
                best = index;
        }

        return _chain.History(_histories[best].Link);
    }

    private void Step(int position)
    {
        int cpu = _bursts.InOrder[position].Cpu;
        int cpuBefore = position == 0 ? cpu : _bursts.InOrder[position - 1].Cpu;
        Group(position, cpuBefore);
        _candidates = 0;
        _least = double.PositiveInfinity;
        for (int index = 0; index < _count; index++)
            GoOn(index, position, cpu, cpuBefore);
        _lastButOneOn[cpu] = _lastOn[cpu];
        _lastOn[cpu] = position;
        Keep(position, cpuBefore);
    }

    // Two histories that agree on everything the search still uses are merged, and the more plausible one is kept. This is done per way,
    // because sums are rounded.
    private void Group(int position, int cpuBefore)
    {
        _groups.Clear();
        for (int index = 0; index < _count; index++)
        {
            ref readonly History history = ref _histories[index];
            if (history.Begin != None)
            {
                double ended = history.Cost + EachPeriod + LooksMissing(history, position);
                ref HistoryGroup group = ref _groups.OfEnding(_histories, index);
                group.Idle.Offer(index, ended + IdleBetween);
                group.Begun.Offer(index, ended);
                group.Moved.Offer(index, ended + ThreadMoved);
            }
            else
            {
                // The last CPU to report wakes the kthread (rcu_report_qs_rsp), and the kthread may move to that CPU.
                ref HistoryGroup group = ref _groups.OfIdle(_histories, index);
                group.Moved.Offer(index, history.Cpu == cpuBefore ? history.Cost : history.Cost + ThreadMoved);
            }
        }
    }

    // A history continues unchanged, or a grace period ends, begins, or both.
    private void GoOn(int index, int position, int cpu, int cpuBefore)
    {
        ref readonly History history = ref _histories[index];
        (double seen, double running) = CostOfSeen(history.Last, history.BeforeLast, position, cpu);
        bool isOverdue = history.Begin != None && position - history.Begin > UsualBurstsOnCpu * _bursts.Cpus;
        double waiting = history.Begin == None ? IdleBetween : isOverdue ? BurstTooLong : 0;
        Offer(index, Way.AsBefore, history.Cost + (waiting + seen + running));
        bool isFirst = _groups.IsFirst(index);
        ref readonly HistoryGroup group = ref _groups.Of(index);
        if (history.Begin == None)
        {
            if (history.Cpu != cpuBefore)
                Offer(index, Way.Begins, history.Cost + (seen + running));
            if (isFirst)
                Offer(group.Moved.Index, Way.BeginsMoved, group.Moved.Cost + (seen + running));
        }
        else if (isFirst)
        {
            (seen, running) = CostOfSeen(history.EndedAt(position), history.Last, position, cpu);
            Offer(group.Idle.Index, Way.Ends, group.Idle.Cost + (IdleBetween + seen + running));
            Offer(group.Begun.Index, Way.EndsAndBegins, group.Begun.Cost + (seen + running));
            if (history.Cpu != cpuBefore)
                Offer(group.Moved.Index, Way.EndsAndBeginsMoved, group.Moved.Cost + (seen + running));
        }
    }

    // A candidate that is hopeless compared with any other is also hopeless compared with the best. The next one overwrites it.
    private void Offer(int source, Way way, double cost)
    {
        _sources[_candidates] = source;
        _ways[_candidates] = way;
        _costs[_candidates] = cost;
        _candidates += cost > _least + Hopeless ? 0 : 1;
        _least = Math.Min(_least, cost);
    }

    // Cached, because many histories agree on the running grace period.
    private double LooksMissing(in History history, int position)
    {
        ref Looks known = ref _looks[((history.Begin * 31) + history.Cpu) & (LooksKnown - 1)];
        if (known.End != position || known.Begin != history.Begin || known.Cpu != history.Cpu)
            known = new Looks { End = position, Begin = history.Begin, Cpu = history.Cpu, Missing = CountLooksMissing(history, position) };
        return known.Missing;
    }

    // A CPU whose events were lost in the meantime may have looked.
    private double CountLooksMissing(in History history, int position)
    {
        int none = 0, one = 0;
        for (int cpu = 0; cpu < _lastOn.Length; cpu++)
        {
            if (_bursts.MayHide(cpu, history.Begin, position))
                continue;
            int isNone = IsBelow(_lastOn[cpu], history.Begin);
            none += isNone;
            one += cpu == history.Cpu ? 0 : IsBelow(_lastButOneOn[cpu], history.Begin) - isNone;
        }

        return ((NoLook * none) + (OneLook * one)) * _perCpu;
    }

    // 1 or 0, without a branch.
    private static int IsBelow(int position, int other) => (position - other) >>> 31;

    // Seen: cost of callbacks that were seen to run. Running: cost of callbacks that were due but not seen.
    private (double Seen, double Running) CostOfSeen(in GracePeriod last, in GracePeriod beforeLast, int position, int cpu)
    {
        int previous = _lastOn[cpu];
        double cost = 0;
        foreach (RcuObservation seen in _observed.At(position))
        {
            double weight = 1 + (MoreOfTheSame * (seen.Callbacks - 1));
            if (HadTaken(last, seen, cpu, previous) || HadTaken(beforeLast, seen, cpu, previous))
                cost += RanTooLate * weight;
            else if (!MayHaveTaken(last, seen, cpu, previous) && !MayHaveTaken(beforeLast, seen, cpu, previous))
                cost += RanTooEarly * weight;
        }

        if (last.End <= previous)
            return (cost, 0);
        int done = beforeLast.Exists && beforeLast.End <= previous ? beforeLast.Begin : None;
        return (cost, _observed.CostOfRunning(position, cpu, last, done));
    }

    // True if the callbacks were already due at an earlier burst of their CPU.
    private static bool HadTaken(in GracePeriod period, in RcuObservation seen, int cpu, int previous) =>
        period.Exists && period.End <= previous && period.TakesSurely(cpu, seen.Queued, seen.Handed);

    private static bool MayHaveTaken(in GracePeriod period, in RcuObservation seen, int cpu, int previous) =>
        period.Exists && period.End > previous && period.Takes(cpu, seen.Queued, seen.Handed);

    private void Keep(int position, int cpuBefore)
    {
        if (_chain.IsFull(Histories))
            Trim();
        double most = _least + Hopeless;
        ReadOnlySpan<double> costs = _costs.AsSpan(0, _candidates);
        if (costs.Length > Histories)
            most = Math.Min(most, _selection.NthLeast(costs, Histories - 1, _least, Hopeless));

        // Many may be as plausible as the last one that is kept. Of these, keep as many as fit.
        int room = Histories;
        foreach (double cost in costs)
            room -= cost < most ? 1 : 0;
        int count = 0;
        for (int candidate = 0; candidate < costs.Length; candidate++)
        {
            double cost = costs[candidate];
            if (cost > most || (cost == most && room-- <= 0))
                continue;
            Continue(_histories[_sources[candidate]], _ways[candidate], position, cpuBefore, ref _next[count]);
            _next[count++].Cost = cost - _least;
        }

        (_histories, _next, _count) = (_next, _histories, count);
    }

    private void Continue(in History history, Way way, int position, int cpuBefore, ref History next)
    {
        next = history;
        if (way >= Way.Ends)
        {
            next.Last = history.EndedAt(position);
            next.BeforeLast = history.Last;
            next.Link = _chain.Add(next.Last, history.Link);
        }

        if (way != Way.AsBefore)
            next.Begin = way == Way.Ends ? None : position;
        if (way is Way.BeginsMoved or Way.EndsAndBeginsMoved)
            next.Cpu = cpuBefore;
    }

    private void Trim()
    {
        for (int index = 0; index < _count; index++)
            _links[index] = _histories[index].Link;
        _chain.Trim(_links.AsSpan(0, _count));
        for (int index = 0; index < _count; index++)
            _histories[index].Link = _links[index];
    }

    // The cost of CPUs that did not look in a grace period.
    private struct Looks
    {
        public int End;
        public int Begin;
        public int Cpu;
        public double Missing;
    }

    // How a history continues over a burst. Moved: rcu_gp_kthread is now on the CPU of the burst before.
    private enum Way : byte
    {
        AsBefore,
        Begins,
        BeginsMoved,
        Ends,
        EndsAndBegins,
        EndsAndBeginsMoved,
    }
}
