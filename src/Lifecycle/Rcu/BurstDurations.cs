namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// What the time spent in RCU softirqs says about callbacks: to look at grace periods takes less time than to run callbacks too. Both
/// distributions, over half octaves, are the trace's own: of bursts that are known to have run callbacks, and of the others.
/// </summary>
internal sealed class BurstDurations
{
    private const int Bins = 48;

    // Counts begin at a half, as if each bin had been seen a little: a bin never seen says little, not everything.
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

    /// <summary>By position: log of how much likelier the burst's duration is if it ran no callbacks than if it did.</summary>
    public double[] CostOfRunning { get; }

    private static int BinOf(SoftirqBurst burst)
    {
        double halfMicroseconds = Math.Max(1, burst.DurationNs / 500.0);
        return Math.Min(Bins - 1, (int)(2 * Math.Log2(halfMicroseconds)));
    }
}
