namespace ForkTrace.Lifecycle.Gaps;

/// <summary>
/// Where a recording may hide events, by CPU. A conclusion from the absence of an event, or from two adjacent events, is invalid across a
/// gap of the CPU that the event would have been on.
/// </summary>
/// <remarks>A loss whose time is unknown is not a gap, because it could be anywhere. The grade of results reports it.</remarks>
public sealed class LossGaps
{
    // By CPU: disjoint gaps in order of time.
    private readonly (long FromNs, long ToNs)[][] _byCpu;

    /// <summary>The gaps of a recording.</summary>
    public LossGaps(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _byCpu = new (long FromNs, long ToNs)[Math.Max(1, facts.Cpus)][];
        LossInterval[] placed = [.. facts.Losses.Where(loss => loss is not { FromNs: long.MinValue, ToNs: long.MaxValue })];
        Exist = placed.Length > 0;
        LossInterval[] anywhere = [.. placed.Where(loss => loss.Cpu < 0)];
        ILookup<int, LossInterval> ofCpu = placed.ToLookup(loss => loss.Cpu);
        for (int cpu = 0; cpu < _byCpu.Length; cpu++)
            _byCpu[cpu] = Disjoint([.. ofCpu[cpu], .. anywhere]);
        OnAnyCpu = Disjoint(placed);
    }

    /// <summary>True if there are gaps.</summary>
    public bool Exist { get; }

    /// <summary>The times during which some CPU has a gap: disjoint, in order.</summary>
    internal IReadOnlyList<(long FromNs, long ToNs)> OnAnyCpu { get; }

    /// <summary>True if an event on that CPU between the two times may be missing.</summary>
    public bool MayHide(int cpu, long fromNs, long toNs) => First(cpu, fromNs, toNs) is not null;

    /// <summary>True if an event on any CPU between the two times may be missing.</summary>
    public bool MayHide(long fromNs, long toNs) => First(fromNs, toNs) is not null;

    /// <summary>The first gap that may hide an event on that CPU between the two times; null if there is none.</summary>
    public LossGap? First(int cpu, long fromNs, long toNs)
    {
        (long FromNs, long ToNs)[] gaps = _byCpu[cpu];
        int low = 0, high = gaps.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (gaps[middle].ToNs > fromNs)
                high = middle;
            else
                low = middle + 1;
        }

        return low < gaps.Length && gaps[low].FromNs < toNs ? new LossGap(cpu, gaps[low].FromNs, gaps[low].ToNs) : null;
    }

    /// <summary>Of the gaps that may hide an event on any CPU between the two times, the one that ends first; null if there is
    /// none.</summary>
    public LossGap? First(long fromNs, long toNs)
    {
        LossGap? first = null;
        for (int cpu = 0; Exist && cpu < _byCpu.Length; cpu++)
        {
            if (First(cpu, fromNs, toNs) is { } gap && (first is null || gap.ToNs < first.Value.ToNs))
                first = gap;
        }

        return first;
    }

    private static (long FromNs, long ToNs)[] Disjoint(LossInterval[] losses)
    {
        List<(long FromNs, long ToNs)> gaps = [];
        foreach (LossInterval loss in losses.OrderBy(loss => loss.FromNs))
        {
            if (gaps.Count > 0 && loss.FromNs < gaps[^1].ToNs)
                gaps[^1] = (gaps[^1].FromNs, Math.Max(gaps[^1].ToNs, loss.ToNs));
            else
                gaps.Add((loss.FromNs, loss.ToNs));
        }

        return [.. gaps];
    }
}

/// <summary>A time span in which the recorder lost events of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="FromNs">Time of the last event before the gap, ns.</param>
/// <param name="ToNs">Time of the first event after the gap, ns; long.MaxValue if there is none.</param>
public readonly record struct LossGap(int Cpu, long FromNs, long ToNs);
