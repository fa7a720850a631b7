using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Replay.Calibration;

/// <summary>
/// How long the forks of one recording took from the task_struct's allocation (just before the stack's) to task_newtask (the end of
/// copy_process), apart by kind and by what the kernel's cache really did.
/// </summary>
public sealed class ForkDurations
{
    private static readonly ForkKind[] s_kinds = Enum.GetValues<ForkKind>();

    private ForkDurations(TraceFacts facts, ImmutableArray<KindDurations> kinds)
    {
        Facts = facts;
        Kinds = kinds;
    }

    public TraceFacts Facts { get; }

    /// <summary>The kinds that the recording has, in the order of <see cref="ForkKind"/>.</summary>
    public ImmutableArray<KindDurations> Kinds { get; }

    /// <summary>Measures a recording. Forks that ended on another CPU are left out: clocks may differ, and they were interrupted.</summary>
    public static ForkDurations Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        GroundTruth truth = GroundTruth.Of(events);
        List<long>[] hits = [.. s_kinds.Select(_ => new List<long>())];
        List<long>[] misses = [.. s_kinds.Select(_ => new List<long>())];
        int[] allocation = new int[events.Facts.Tasks];
        Array.Fill(allocation, -1);
        for (int row = 0; row < events.Count && truth.Exists; row++)
        {
            int task = events.Tasks[row];
            if (task < 0)
                continue;
            if (events.Kinds[row] == EventKind.TaskAlloc)
                allocation[task] = row;
            else if (events.Kinds[row] == EventKind.NewTask && events.Others[row] >= 0)
                Add(events, row, allocation, truth.WasHit(task) ? hits : misses);
        }

        return new ForkDurations(
            events.Facts,
            [
                .. s_kinds.Where(kind => hits[(int)kind].Count + misses[(int)kind].Count > 0)
                    .Select(kind => new KindDurations(kind, new(hits[(int)kind]), new(misses[(int)kind]))),
            ]);
    }

    private static void Add(EventTable events, int row, int[] allocation, List<long>[] durations)
    {
        int parent = events.Others[row];
        int begin = allocation[parent];
        allocation[parent] = -1;
        if (begin >= 0 && events.Cpus[begin] == events.Cpus[row] && ForkKinds.Of(events.Values[row]) is { } kind)
            durations[(int)kind].Add(events.TimesNs[row] - events.TimesNs[begin]);
    }
}
