using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// How long the forks of one recording took, apart by kind and by what the kernel's cache really did.
/// </summary>
public sealed class ForkDurations
{
    private static readonly ForkKind[] s_kinds = Enum.GetValues<ForkKind>();

    internal ForkDurations(TraceFacts facts, string measure, ImmutableArray<KindDurations> kinds)
    {
        Facts = facts;
        Measure = measure;
        Kinds = kinds;
    }

    public TraceFacts Facts { get; }

    /// <summary>From when to when, in words.</summary>
    public string Measure { get; }

    /// <summary>The kinds that the recording has, in the order of <see cref="ForkKind"/>.</summary>
    public ImmutableArray<KindDurations> Kinds { get; }

    /// <summary>
    /// Measures a recording: from the task_struct's allocation to task_newtask where it has both, else from the entry to the exit of the
    /// system calls that fork.
    /// </summary>
    public static ForkDurations Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        bool hasCalls = events.Facts.CountOf(EventKind.ForkEnter) > 0 && events.Facts.CountOf(EventKind.ForkExit) > 0;
        return events.Facts.CountOf(EventKind.TaskAlloc) == 0 && hasCalls ? OfSystemCalls(events) : OfAllocations(events);
    }

    /// <summary>
    /// From sys_enter to sys_exit of clone, clone3 and fork, in the parent. vfork is left out, since it waits for the child; so are calls
    /// in which an RCU softirq or another task's end was seen on the CPU, and those that ended on another CPU.
    /// </summary>
    public static ForkDurations OfSystemCalls(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new SystemCallDurations(events).Measure();
    }

    /// <summary>
    /// From the task_struct's allocation (just before the stack's) to task_newtask (the end of copy_process). Forks that ended on another
    /// CPU are left out: clocks may differ, and they were interrupted.
    /// </summary>
    public static ForkDurations OfAllocations(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        GroundTruth truth = GroundTruth.Of(events);
        List<long>[] hits = Lists();
        List<long>[] misses = Lists();
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

        return new ForkDurations(events.Facts, "from the allocation of the task_struct to task_newtask", Kinded(hits, misses));
    }

    /// <summary>The kinds that there are durations of.</summary>
    internal static ImmutableArray<KindDurations> Kinded(List<long>[] hits, List<long>[] misses) =>
    [
        .. s_kinds.Where(kind => hits[(int)kind].Count + misses[(int)kind].Count > 0)
            .Select(kind => new KindDurations(kind, new(hits[(int)kind]), new(misses[(int)kind]))),
    ];

    /// <summary>An empty list for each kind.</summary>
    internal static List<long>[] Lists() => [.. s_kinds.Select(_ => new List<long>())];

    private static void Add(EventTable events, int row, int[] allocation, List<long>[] durations)
    {
        int parent = events.Others[row];
        int begin = allocation[parent];
        allocation[parent] = -1;
        if (begin >= 0 && events.Cpus[begin] == events.Cpus[row] && ForkKinds.Of(events.Values[row]) is { } kind)
            durations[(int)kind].Add(events.TimesNs[row] - events.TimesNs[begin]);
    }
}
