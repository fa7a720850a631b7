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
    private readonly TaskSet _known = new();
    private readonly TaskSet _hits = new();
    private readonly TaskSet _mapped = new();
    private readonly TaskSet _cached = new();
    private readonly bool _showsMisses;
    private readonly bool _showsHits;
    private readonly LossGaps _gaps;

    // By forking task, if events were lost: where its current fork began.
    private readonly Dictionary<int, (long TimeNs, int Cpu)> _begun = [];
    private (long TimeNs, int Cpu)? _start;

    /// <summary>Begins to read the truth of a trace. Memory is four bits per task.</summary>
    /// <param name="facts">The complete facts about the trace.</param>
    public GroundTruth(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _showsMisses = facts.CountOf(EventKind.StackMap) + facts.CountOf(EventKind.ProbeVmalloc) > 0;
        _showsHits = facts.CountOf(EventKind.ProbeCached) > 0;
        _gaps = new LossGaps(facts);
    }

    /// <summary>False for recordings without mapping events: they judge nothing.</summary>
    public bool Exists => _showsMisses || _showsHits;

    /// <summary>True if the outcome of this task's fork in the kernel is known.</summary>
    public bool Knows(int task) => _known.Contains(task);

    /// <summary>True if the kernel served this task's stack from its cache.</summary>
    public bool WasHit(int task) => _hits.Contains(task);

    /// <summary>Reads the truth of a trace.</summary>
    public static GroundTruth Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        GroundTruth truth = new(events.Facts);
        truth.Add(events);
        return truth;
    }

    /// <summary>Reads the next rows of the trace.</summary>
    public void Add(EventTable rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!Exists)
            return;
        ReadOnlySpan<EventKind> kinds = rows.Kinds;
        ReadOnlySpan<int> tasks = rows.Tasks;
        ReadOnlySpan<int> others = rows.Others;
        for (int row = 0; row < kinds.Length; row++)
        {
            _start ??= At(rows, row);
            int task = tasks[row];
            if (task < 0)
                continue;
            switch (kinds[row])
            {
                case EventKind.TaskAlloc:
                    BeginFork(task, At(rows, row));
                    break;
                case EventKind.StackMap or EventKind.ProbeVmalloc:
                    _mapped.Add(task);
                    break;
                case EventKind.ProbeCached:
                    _cached.Add(task);
                    break;
                case EventKind.NewTask when others[row] >= 0:
                    Judge(task, others[row], At(rows, row));
                    BeginFork(others[row], At(rows, row));
                    break;
                case EventKind.Free:
                    _begun.Remove(task);
                    break;
            }
        }
    }

    private static (long TimeNs, int Cpu) At(EventTable rows, int row) => (rows.TimesNs[row], rows.Cpus[row]);

    private void BeginFork(int parent, (long TimeNs, int Cpu) at)
    {
        _mapped.Remove(parent);
        _cached.Remove(parent);
        if (_gaps.Exist)
            _begun[parent] = at;
    }

    private void Judge(int task, int parent, (long TimeNs, int Cpu) end)
    {
        bool hasMapped = _mapped.Contains(parent), hasCached = _cached.Contains(parent);
        bool isTold = !_showsHits || !_showsMisses || hasCached != hasMapped;
        if (isTold && !(_gaps.Exist && IsCut(_begun.GetValueOrDefault(parent, _start!.Value), end)))
            _known.Add(task);
        if (_showsHits ? hasCached : !hasMapped)
            _hits.Add(task);
    }

    // The fork lasts from the parent's task_struct allocation, or its last fork, to task_newtask.
    private bool IsCut((long TimeNs, int Cpu) begin, (long TimeNs, int Cpu) end) =>
        _gaps.MayHide(begin.Cpu, begin.TimeNs, end.TimeNs) || _gaps.MayHide(end.Cpu, begin.TimeNs, end.TimeNs);
}
