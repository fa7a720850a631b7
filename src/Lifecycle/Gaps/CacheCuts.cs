namespace ForkTrace.Lifecycle.Gaps;

/// <summary>
/// Finds where lost events make the contents of a CPU's cache unknown: at the end of each loss on its CPU, or on all CPUs if the loss does
/// not name its CPU; and, within a loss, at each event of such a CPU. A loss without an end cuts nothing, because nothing follows it or its
/// time is unknown. A loss that ends before the first event cuts nothing either, because nothing is known there anyway.
/// </summary>
internal static class CacheCuts
{
    /// <summary>The rows before which a CPU's cache is unknown, in order, each with its CPU.</summary>
    public static SortedSet<(int Row, int Cpu)> Of(EventTable events)
    {
        SortedSet<(int Row, int Cpu)> cuts = [];
        LossInterval[] ended = [.. events.Facts.Losses.Where(loss => loss.ToNs != long.MaxValue).OrderBy(loss => loss.FromNs)];
        if (ended.Length > 0)
        {
            AddEnds(cuts, events, ended);
            AddWithin(cuts, events, ended);
        }

        return cuts;
    }

    private static void AddEnds(SortedSet<(int Row, int Cpu)> cuts, EventTable events, LossInterval[] losses)
    {
        int cpus = Math.Max(1, events.Facts.Cpus);
        foreach ((int row, int ofCpu) in losses.Select(loss => (events.TimesNs.FirstFrom(loss.ToNs), loss.Cpu)).Distinct())
        {
            if (row == 0 || row == events.Count || ofCpu >= cpus)
                continue;
            for (int cpu = Math.Max(0, ofCpu); cpu < (ofCpu < 0 ? cpus : ofCpu + 1); cpu++)
                cuts.Add((row, cpu));
        }
    }

    // Losses are in order of their beginnings.
    private static void AddWithin(SortedSet<(int Row, int Cpu)> cuts, EventTable events, LossInterval[] losses)
    {
        long[] lostUntilNs = new long[Math.Max(1, events.Facts.Cpus)];
        Array.Fill(lostUntilNs, long.MinValue);
        long lostAnywhereUntilNs = long.MinValue;
        int next = 0;
        for (int row = 0; row < events.Count; row++)
        {
            long timeNs = events.TimesNs[row];
            for (; next < losses.Length && losses[next].FromNs < timeNs; next++)
            {
                if (losses[next].Cpu < 0)
                    lostAnywhereUntilNs = Math.Max(lostAnywhereUntilNs, losses[next].ToNs);
                else if (losses[next].Cpu < lostUntilNs.Length)
                    lostUntilNs[losses[next].Cpu] = Math.Max(lostUntilNs[losses[next].Cpu], losses[next].ToNs);
            }

            int cpu = events.Cpus[row];
            if (row > 0 && timeNs < Math.Max(lostAnywhereUntilNs, lostUntilNs[cpu]))
                cuts.Add((row, cpu));
        }
    }
}
