using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Tasks;

/// <summary>How long one fork took, according to the recording's events.</summary>
/// <param name="Kind">What it shares with its parent; null for kernel threads and io workers.</param>
/// <param name="WasHit">True if the kernel's own events show that its stack came from the cache; null if they do not tell.</param>
/// <param name="DurationNs">From the first event to the last, ns.</param>
/// <param name="CopyNs">
/// For a system call: the time from the task_struct's allocation to task_newtask within it, ns; -1 if that is not recorded.
/// </param>
public readonly record struct ForkTime(ForkKind? Kind, bool? WasHit, long DurationNs, long CopyNs = -1);

/// <summary>
/// Durations of forks, measured by events. Forks that begin and end on different CPUs are left out, because they were interrupted and the
/// clocks may differ.
/// </summary>
public sealed class ForkTimes
{
    private readonly EventTable _events;
    private readonly GroundTruth _truth;
    private readonly List<ForkTime> _copies = [];
    private readonly List<ForkTime> _calls = [];
    private readonly int[] _allocationRow;
    private readonly int[] _enterRow;
    private readonly int[] _birthRow;
    private readonly long[] _copyNs;
    private readonly int[] _disturbedRow;

    private ForkTimes(EventTable events)
    {
        _events = events;
        _truth = GroundTruth.Of(events);
        _allocationRow = NewRows(events.Facts.Tasks);
        _enterRow = NewRows(events.Facts.Tasks);
        _birthRow = NewRows(events.Facts.Tasks);
        _copyNs = new long[events.Facts.Tasks];
        _disturbedRow = NewRows(Math.Max(1, events.Facts.Cpus));
    }

    /// <summary>
    /// From the task_struct's allocation (dup_task_struct, just before the stack's) to task_newtask (at the end of copy_process): getting
    /// the stack, and the rest of copy_process.
    /// </summary>
    public IReadOnlyList<ForkTime> Copies => _copies;

    /// <summary>
    /// From sys_enter to sys_exit of clone, clone3 and fork, in the parent. vfork is left out, since it waits for the child. So are calls
    /// during which the CPU showed an RCU softirq or the end of another task.
    /// </summary>
    public IReadOnlyList<ForkTime> Calls => _calls;

    /// <summary>Measures a recording; its clock must count nanoseconds.</summary>
    public static ForkTimes Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        ForkTimes times = new(events);
        TraceFacts facts = events.Facts;
        if (facts.CountOf(EventKind.NewTask) > 0 && facts.CountOf(EventKind.TaskAlloc) + facts.CountOf(EventKind.ForkExit) > 0)
            times.Measure();
        return times;
    }

    private static int[] NewRows(int count)
    {
        int[] rows = new int[count];
        Array.Fill(rows, -1);
        return rows;
    }

    private void Measure()
    {
        ReadOnlySpan<EventKind> kinds = _events.Kinds;
        ReadOnlySpan<int> tasks = _events.Tasks;
        ReadOnlySpan<ushort> cpus = _events.Cpus;
        for (int row = 0; row < kinds.Length; row++)
        {
            int task = tasks[row];
            switch (kinds[row])
            {
                case EventKind.RcuSoftirqEntry or EventKind.DeathSwitch or EventKind.Switch:
                    _disturbedRow[cpus[row]] = row;
                    break;
                case EventKind.TaskAlloc when task >= 0:
                    _allocationRow[task] = row;
                    break;
                case EventKind.ForkEnter when task >= 0:
                    _enterRow[task] = row;
                    _birthRow[task] = -1;
                    break;
                case EventKind.NewTask when task >= 0 && _events.Others[row] >= 0:
                    NoteBirth(row, task, _events.Others[row]);
                    break;
                case EventKind.ForkExit when task >= 0:
                    NoteExit(row, task);
                    break;
            }
        }
    }

    private void NoteBirth(int row, int task, int parent)
    {
        int begin = _allocationRow[parent];
        _allocationRow[parent] = -1;
        _birthRow[parent] = row;
        _copyNs[parent] = -1;
        if (begin < 0 || _events.Cpus[begin] != _events.Cpus[row])
            return;
        _copyNs[parent] = _events.TimesNs[row] - _events.TimesNs[begin];
        _copies.Add(new ForkTime(ForkKinds.Of(_events.Values[row]), OutcomeOf(task), _copyNs[parent]));
    }

    // The child also leaves the system call, but it never entered it.
    private void NoteExit(int row, int task)
    {
        int enter = _enterRow[task];
        int birth = _birthRow[task];
        _enterRow[task] = -1;
        if (enter < 0 || birth < enter || _events.Values[row] <= 0 || _events.Cpus[enter] != _events.Cpus[row]
            || _disturbedRow[_events.Cpus[row]] > enter)
        {
            return;
        }

        if (ForkKinds.Of(_events.Values[birth]) is { } kind and not ForkKind.Vfork)
            _calls.Add(new ForkTime(kind, OutcomeOf(_events.Tasks[birth]), _events.TimesNs[row] - _events.TimesNs[enter], _copyNs[task]));
    }

    private bool? OutcomeOf(int task) => _truth.Exists && _truth.Knows(task) ? _truth.WasHit(task) : null;
}
