using ForkTrace.Lifecycle.Gaps;

namespace ForkTrace.Lifecycle.Truth;

/// <summary>
/// What the recorded kernel really did, fork by fork, from events that no replay may use. A fork missed if the forking thread mapped a
/// thread stack during the fork: between its last task_struct allocation, or its last fork, and task_newtask. Mappings are
/// vmalloc:alloc_vmap_area, the probe on __vmalloc_node_range, or a probe of the user. Otherwise the fork hit (alloc_thread_stack_node,
/// kernel/fork.c, since v4.9). If a probe of the user shows hits, a fork with such an event hit, and one without it missed. If probes for
/// both are recorded, a fork with neither or both is not judged. A fork is not judged either if lost events may hide a part of it.
/// </summary>
public sealed class GroundTruth
{
    private readonly bool[] _isKnown;
    private readonly bool[] _wasHit;

    private GroundTruth(int tasks)
    {
        _isKnown = new bool[tasks];
        _wasHit = new bool[tasks];
    }

    /// <summary>False for recordings without mapping events: they judge nothing.</summary>
    public bool Exists { get; private set; }

    /// <summary>True if the outcome of this task's fork in the kernel is known.</summary>
    public bool Knows(int task) => task < _isKnown.Length && _isKnown[task];

    /// <summary>True if the kernel served this task's stack from its cache.</summary>
    public bool WasHit(int task) => _wasHit[task];

    /// <summary>Reads the truth of a trace.</summary>
    public static GroundTruth Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        GroundTruth truth = new(events.Facts.Tasks);
        bool[] hasMapped = new bool[events.Facts.Tasks];
        bool[] hasCached = new bool[events.Facts.Tasks];
        bool showsMisses = events.Facts.CountOf(EventKind.StackMap) + events.Facts.CountOf(EventKind.ProbeVmalloc) > 0;
        bool showsHits = events.Facts.CountOf(EventKind.ProbeCached) > 0;
        LossGaps gaps = new(events.Facts);
        int[] firstRow = new int[gaps.Exist ? events.Facts.Tasks : 0];
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        ReadOnlySpan<int> tasks = events.Tasks;
        ReadOnlySpan<int> others = events.Others;
        for (int row = 0; row < kinds.Length; row++)
        {
            int task = tasks[row];
            if (task < 0)
                continue;
            switch (kinds[row])
            {
                case EventKind.TaskAlloc:
                    hasMapped[task] = hasCached[task] = false;
                    if (gaps.Exist)
                        firstRow[task] = row;
                    break;
                case EventKind.StackMap or EventKind.ProbeVmalloc:
                    hasMapped[task] = true;
                    truth.Exists = true;
                    break;
                case EventKind.ProbeCached:
                    hasCached[task] = true;
                    truth.Exists = true;
                    break;
                case EventKind.NewTask when others[row] >= 0:
                    int parent = others[row];
                    truth._isKnown[task] = !showsHits || !showsMisses || hasCached[parent] != hasMapped[parent];
                    truth._wasHit[task] = showsHits ? hasCached[parent] : !hasMapped[parent];
                    hasMapped[parent] = hasCached[parent] = false;
                    if (gaps.Exist)
                    {
                        truth._isKnown[task] &= !IsCut(events, gaps, firstRow[parent], row);
                        firstRow[parent] = row;
                    }

                    break;
            }
        }

        return truth;
    }

    // The fork lasts from the parent's task_struct allocation, or its last fork, to task_newtask.
    private static bool IsCut(EventTable events, LossGaps gaps, int firstRow, int lastRow)
    {
        long fromNs = events.TimesNs[firstRow], toNs = events.TimesNs[lastRow];
        return gaps.MayHide(events.Cpus[firstRow], fromNs, toNs) || gaps.MayHide(events.Cpus[lastRow], fromNs, toNs);
    }
}
