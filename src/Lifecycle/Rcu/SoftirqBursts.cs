using ForkTrace.Lifecycle.Gaps;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// The RCU softirqs of a trace, grouped in bursts, in order of time. rcu_do_batch (kernel/rcu/tree.c) runs at most blimit callbacks and
/// raises the softirq again for the rest. Such softirqs follow each other without waiting for a tick, and belong together.
/// </summary>
internal sealed class SoftirqBursts
{
    // Shorter than any tick (HZ is at most 1000): a softirq that follows so soon was not raised by a tick.
    private const long SameBurstNs = 500_000;

    private readonly EventTable _events;
    private readonly LossGaps _gaps;
    private readonly int[][] _positions;
    private readonly int[][] _firstRows;

    public SoftirqBursts(EventTable events, LossGaps gaps)
    {
        _events = events;
        _gaps = gaps;
        List<SoftirqBurst>[] byCpu = Read(events, gaps);
        InOrder = [.. byCpu.SelectMany(bursts => bursts).OrderBy(burst => burst.FirstRow)];
        FirstRows = [.. InOrder.Select(burst => burst.FirstRow)];
        _firstRows = [.. byCpu.Select(bursts => bursts.Select(burst => burst.FirstRow).ToArray())];
        _positions = [.. _firstRows.Select(rows => rows.Select(row => Array.BinarySearch(FirstRows, row)).ToArray())];
    }

    /// <summary>All bursts; an index into it is a position.</summary>
    public SoftirqBurst[] InOrder { get; }

    /// <summary>By position: the row of the burst's first softirq.</summary>
    public int[] FirstRows { get; }

    public int Cpus => _firstRows.Length;

    /// <summary>Number of bursts of a CPU.</summary>
    public int CountOn(int cpu) => _firstRows[cpu].Length;

    /// <summary>Index, among the CPU's bursts, of the last one that began before a row; -1 if there is none.</summary>
    public int IndexBefore(int cpu, int row)
    {
        int index = Array.BinarySearch(_firstRows[cpu], row);
        return (index < 0 ? ~index : index) - 1;
    }

    /// <summary>Position of a CPU's burst.</summary>
    public int PositionOf(int cpu, int index) => _positions[cpu][index];

    /// <summary>Row of the first softirq of a CPU's burst.</summary>
    public int FirstRowOf(int cpu, int index) => _firstRows[cpu][index];

    /// <summary>Number of bursts of all CPUs that began before a row.</summary>
    public int PositionsBefore(int row)
    {
        int index = Array.BinarySearch(FirstRows, row);
        return index < 0 ? ~index : index;
    }

    /// <summary>Index of the CPU's first burst at or after a position; the number of its bursts if there is none.</summary>
    public int IndexAtOrAfter(int cpu, int position)
    {
        int index = Array.BinarySearch(_positions[cpu], position);
        return index < 0 ? ~index : index;
    }

    /// <summary>True if the recording may lack a burst of that CPU between two positions.</summary>
    public bool MayHide(int cpu, int fromPosition, int toPosition) =>
        _gaps.Exist
        && _gaps.MayHide(cpu, _events.TimesNs[FirstRows[fromPosition]], _events.TimesNs[FirstRows[toPosition]]);

    private static List<SoftirqBurst>[] Read(EventTable events, LossGaps gaps)
    {
        List<SoftirqBurst>[] bursts = [.. Enumerable.Range(0, Math.Max(1, events.Facts.Cpus)).Select(_ => new List<SoftirqBurst>())];
        long[] lastNs = new long[bursts.Length];
        long[] entryNs = new long[bursts.Length];
        Array.Fill(lastNs, long.MinValue / 2);
        if (events.Facts.CountOf(EventKind.RcuSoftirqEntry) == 0)
            return bursts;
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] is not (EventKind.RcuSoftirqEntry or EventKind.RcuSoftirqExit))
                continue;
            int cpu = events.Cpus[row];
            long timeNs = events.TimesNs[row];
            List<SoftirqBurst> onCpu = bursts[cpu];
            if (kinds[row] == EventKind.RcuSoftirqEntry)
            {
                if (timeNs - lastNs[cpu] >= SameBurstNs)
                    onCpu.Add(new SoftirqBurst(row, cpu, 0));
                entryNs[cpu] = lastNs[cpu] = timeNs;
            }
            else if (onCpu.Count > 0 && !gaps.MayHide(cpu, entryNs[cpu], timeNs))
            {
                onCpu[^1] = onCpu[^1] with { DurationNs = onCpu[^1].DurationNs + timeNs - entryNs[cpu] };
                lastNs[cpu] = timeNs;
            }
        }

        return bursts;
    }
}

/// <summary>RCU softirqs of one CPU that follow each other directly: one look at the state of grace periods, with any number of
/// callbacks.</summary>
/// <param name="FirstRow">Row of the first softirq's entry.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="DurationNs">Time spent in its softirqs, ns; 0 if their ends were not recorded.</param>
internal readonly record struct SoftirqBurst(int FirstRow, int Cpu, long DurationNs);

/// <summary>
/// What the time spent in RCU softirqs says about callbacks: looking at grace periods takes less time than also running callbacks. The
/// distributions for bursts known to have run callbacks, and for all others, come from the trace itself, in bins of half an octave.
/// </summary>
internal sealed class BurstDurations
{
    private const int Bins = 48;

    // Counts start at one half, as if each bin had been seen a little. Otherwise a bin that was never seen would decide everything.
    private const double Unseen = 0.5, UnseenInAll = 10;

    public BurstDurations(SoftirqBursts bursts, Predicate<int> ranCallbacks)
    {
        double[] ran = new double[Bins], others = new double[Bins];
        for (int position = 0; position < bursts.InOrder.Length; position++)
            (ranCallbacks(position) ? ran : others)[BinOf(bursts.InOrder[position])]++;
        double allRan = ran.Sum(), allOthers = others.Sum();
        CostOfRunning = [.. bursts.InOrder.Select(burst => Cost(burst))];

        double Cost(SoftirqBurst burst)
        {
            int bin = BinOf(burst);
            return Math.Log((others[bin] + Unseen) / (allOthers + UnseenInAll) / ((ran[bin] + Unseen) / (allRan + UnseenInAll)));
        }
    }

    /// <summary>By position: log of how much likelier the burst's duration is without callbacks than with them.</summary>
    public double[] CostOfRunning { get; }

    private static int BinOf(SoftirqBurst burst)
    {
        double halfMicroseconds = Math.Max(1, burst.DurationNs / 500.0);
        return Math.Min(Bins - 1, (int)(2 * Math.Log2(halfMicroseconds)));
    }
}
