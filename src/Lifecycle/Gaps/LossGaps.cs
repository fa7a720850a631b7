namespace ForkTrace.Lifecycle.Gaps;

/// <summary>
/// Where a recording may hide events, by CPU. What is concluded from the absence of an event, or from two events' being neighbours, does
/// not hold across a gap of the CPU that the event would have been on.
/// </summary>
/// <remarks>A loss of which nothing is known but that it happened is no gap: it would be everywhere. The grade of results tells of it.</remarks>
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

    /// <summary>False if there is none.</summary>
    public bool Exist { get; }

    /// <summary>The times in which there is a gap on some CPU: disjoint, in order.</summary>
    internal IReadOnlyList<(long FromNs, long ToNs)> OnAnyCpu { get; }

    /// <summary>True if an event on that CPU between the two times may be missing.</summary>
    public bool MayHide(int cpu, long fromNs, long toNs) => First(cpu, fromNs, toNs) is not null;

    /// <summary>True if an event on any CPU between the two times may be missing.</summary>
    public bool MayHide(long fromNs, long toNs) => First(fromNs, toNs) is not null;

    /// <summary>The first gap that may hide an event on that CPU between the two times; null if none may.</summary>
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

    /// <summary>The gap that is over first of those that may hide an event on any CPU between the two times; null if none may.</summary>
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

/// <summary>A time in which the recorder lost events of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="FromNs">Time of the last event before it.</param>
/// <param name="ToNs">Time of the first event after it; long.MaxValue if none.</param>
public readonly record struct LossGap(int Cpu, long FromNs, long ToNs);
