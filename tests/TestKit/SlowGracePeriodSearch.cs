using System.Runtime.InteropServices;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Gaps;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.TestKit;

/// <summary>
/// <see cref="GracePeriodSearch"/> in its simplest form: every possible continuation of a history is a separate history, compared by all
/// fields; all costs are sorted; nothing is discarded.
/// </summary>
internal sealed class SlowGracePeriodSearch
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

    // By CPU and in order, for stacks that may wait for RCU: the position of the burst that hands the stack over, and the bursts before it.
    private readonly int[][] _handed;
    private readonly int[][] _queued;
    private readonly double[] _costOfRunning;
    private readonly int[] _lastOn;
    private readonly int[] _lastButOneOn;
    private readonly List<(GracePeriod Period, int Before)> _chain = [];
    private readonly Dictionary<History, int> _known = [];
    private readonly double _perCpu;
    private readonly List<History> _candidates = [];
    private readonly List<History> _histories = [new History { Begin = None, Link = None }];

    private SlowGracePeriodSearch(SoftirqBursts bursts, RcuObservations observed, TaskLives lives)
    {
        _bursts = bursts;
        _observed = observed;
        _handed = new int[bursts.Cpus][];
        _queued = new int[bursts.Cpus][];
        FindWaiting(lives);
        _costOfRunning = new BurstDurations(bursts, position => observed.HasAt(position)).CostOfRunning;
        _perCpu = 2.0 / bursts.Cpus;
        _lastOn = new int[bursts.Cpus];
        _lastButOneOn = new int[bursts.Cpus];
        Array.Fill(_lastOn, -1);
        Array.Fill(_lastButOneOn, -1);
    }

    /// <summary>The grace periods in order.</summary>
    public static List<GracePeriod> Run(SoftirqBursts bursts, RcuObservations observed, TaskLives lives)
    {
        SlowGracePeriodSearch search = new(bursts, observed, lives);
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

    // The last CPU to report (rcu_report_qs_rsp) wakes the thread, which may move to that CPU.
    private void OfferBegin(History idle, int position, int cpuBefore)
    {
        Offer(idle with { Begin = position });
        if (cpuBefore != idle.Cpu)
            Offer(idle with { Begin = position, Cpu = cpuBefore, Cost = idle.Cost + ThreadMoved });
    }

    // If two histories agree in everything that still matters, only the more plausible one continues.
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

    // If a CPU's events were lost in that time, it may have checked.
    private double LooksMissing(History history, int position)
    {
        int none = 0, one = 0;
        for (int cpu = 0; cpu < _lastOn.Length; cpu++)
        {
            if (_bursts.MayHide(cpu, history.Begin, position))
                continue;
            if (_lastOn[cpu] < history.Begin)
                none++;
            else if (_lastButOneOn[cpu] < history.Begin && cpu != history.Cpu)
                one++;
        }

        return ((NoLook * none) + (OneLook * one)) * _perCpu;
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
        return cost + CostOfRunning(position, cpu, history.Last, done);
    }

    private double CostOfRunning(int position, int cpu, GracePeriod ended, int done)
    {
        if (_observed.HasAt(position))
            return 0;
        int[] waiting = ended.Cpu == cpu ? _queued[cpu] : _handed[cpu];
        return CountBelow(waiting, ended.Begin) > CountBelow(waiting, done) ? _costOfRunning[position] : 0;
    }

    private void FindWaiting(TaskLives lives)
    {
        List<int>[] handed = [.. Enumerable.Range(0, _bursts.Cpus).Select(_ => new List<int>())];
        List<int>[] queued = [.. Enumerable.Range(0, _bursts.Cpus).Select(_ => new List<int>())];
        for (int task = 0; task < lives.Count; task++)
        {
            if (lives.ReleaseRow[task] < 0 || lives.ReapedItself(task))
                continue;
            int cpu = lives.ReleaseCpu(task);
            int next = _bursts.IndexBefore(cpu, lives.ReleaseRow[task]) + 1;
            if (next == _bursts.CountOn(cpu))
                continue;
            handed[cpu].Add(_bursts.PositionOf(cpu, next));
            queued[cpu].Add(_bursts.PositionsBefore(lives.ReleaseRow[task]));
        }

        for (int cpu = 0; cpu < _bursts.Cpus; cpu++)
            (_handed[cpu], _queued[cpu]) = ([.. handed[cpu].Order()], [.. queued[cpu].Order()]);
    }

    private static int CountBelow(int[] sorted, int value)
    {
        int index = Array.BinarySearch(sorted, value);
        index = index < 0 ? ~index : index;
        while (index > 0 && sorted[index - 1] == value)
            index--;
        return index;
    }

    // The callbacks were already due at an earlier burst of their CPU.
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

        // Many histories may be as plausible as the last one that is kept. As many of them are kept as there is room for.
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

    // Begin: of the current grace period. Cpu: of rcu_gp_kthread. Last, BeforeLast: the two grace periods that ended last. HasNew: Last
    // ended before this burst. Link: the last grace period in the chain.
    private readonly record struct History(
        double Cost, int Begin, int Cpu, GracePeriod Last, GracePeriod BeforeLast, bool HasNew, int Link)
    {
        // Sufficient to distinguish histories, and faster than a hash of all fields.
        public override int GetHashCode() =>
            (((((((Begin * 31) + Cpu) * 31) + Last.Begin) * 31) + Last.End) * 31) + BeforeLast.End;
    }
}
