namespace ForkTrace.Lifecycle.Truth;

/// <summary>
/// The part of a trace that a replay may use. Events that show what the kernel's own cache did, the probes around them, and system calls
/// that only a calibration uses are removed first. So neither their times nor the number of rows between two of them can affect a result.
/// One kind of system call stays: a fork that returns -ENOMEM, whose stack could not be charged.
/// </summary>
public static class ReplayInput
{
    /// <summary>The return value of a fork that finds no memory, or whose memory cgroup has none left (asm-generic/errno-base.h).</summary>
    internal const long OutOfMemory = -12;

    /// <summary>True for events that no replay may use.</summary>
    public static bool IsHidden(EventKind kind) =>
        EventKinds.IsGroundTruth(kind) || kind >= EventKind.ProbeDup || kind is EventKind.ForkEnter or EventKind.ForkExit;

    /// <summary>True for a row that a replay may use.</summary>
    public static bool Shows(EventKind kind, long value) => !IsHidden(kind) || (kind == EventKind.ForkExit && value == OutOfMemory);

    /// <summary>The trace without hidden events; the trace itself if it has none.</summary>
    public static EventTable Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return HasHidden(events.Facts) ? Without(events, []) : events;
    }

    /// <summary>The trace without hidden events and without other given kinds.</summary>
    internal static EventColumns Without(EventTable events, ReadOnlySpan<EventKind> others)
    {
        bool[] isLeftOut = new bool[EventKinds.TableLength];
        foreach (EventKind kind in EventKinds.All)
            isLeftOut[(int)kind] = IsHidden(kind) || others.Contains(kind);
        EventColumns kept = new(events.Count);
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        ReadOnlySpan<long> timesNs = events.TimesNs;
        ReadOnlySpan<ushort> cpus = events.Cpus;
        ReadOnlySpan<int> tasks = events.Tasks;
        ReadOnlySpan<int> othersOfRow = events.Others;
        ReadOnlySpan<int> tids = events.Tids;
        ReadOnlySpan<int> comms = events.Comms;
        ReadOnlySpan<long> values = events.Values;
        for (int row = 0; row < kinds.Length; row++)
        {
            bool isOutOfMemory = kinds[row] == EventKind.ForkExit && values[row] == OutOfMemory;
            if (!isLeftOut[(int)kinds[row]] || isOutOfMemory)
                kept.Add(timesNs[row], cpus[row], kinds[row], tasks[row], othersOfRow[row], tids[row], comms[row], values[row]);
        }

        bool isEmpty = kept.Count == 0;
        kept.Complete(
            events.Facts with { FirstNs = isEmpty ? 0 : kept.TimesNs[0], LastNs = isEmpty ? 0 : kept.TimesNs[^1] },
            events.CommNames);
        return kept;
    }

    private static bool HasHidden(TraceFacts facts)
    {
        foreach (EventKind kind in EventKinds.All)
        {
            if (IsHidden(kind) && facts.CountOf(kind) > 0)
                return true;
        }

        return false;
    }
}
