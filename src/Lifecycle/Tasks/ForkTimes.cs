using System.Runtime.InteropServices;
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
/// clocks may differ. Memory depends on the forks that are not measured yet, and on the tasks that forked and are not freed.
/// </summary>
public sealed class ForkTimes
{
    private const long Never = -1;

    private readonly GroundTruth _truth;
    private readonly bool _isMeasured;
    private readonly List<ForkTime> _copies = [];
    private readonly List<ForkTime> _calls = [];

    // By forking task.
    private readonly Dictionary<int, ForkUnderWay> _underWay = [];

    // By CPU: the last row that shows a softirq or another task.
    private readonly long[] _disturbed;
    private long _rows;

    /// <summary>Begins to measure a recording; its clock must count nanoseconds.</summary>
    /// <param name="facts">The complete facts about the recording.</param>
    /// <param name="truth">What its kernel did. It must read each row before this object does.</param>
    public ForkTimes(TraceFacts facts, GroundTruth truth)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(truth);
        _truth = truth;
        _isMeasured = facts.CountOf(EventKind.NewTask) > 0 && facts.CountOf(EventKind.TaskAlloc) + facts.CountOf(EventKind.ForkExit) > 0;
        _disturbed = new long[Math.Max(1, facts.Cpus)];
        Array.Fill(_disturbed, Never);
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

    /// <summary>Measures a whole recording; its clock must count nanoseconds.</summary>
    public static ForkTimes Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        ForkTimes times = new(events.Facts, GroundTruth.Of(events));
        times.Add(events);
        return times;
    }

    /// <summary>Measures the forks that end in the next rows.</summary>
    public void Add(EventTable rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!_isMeasured)
            return;
        ReadOnlySpan<EventKind> kinds = rows.Kinds;
        ReadOnlySpan<int> tasks = rows.Tasks;
        ReadOnlySpan<int> others = rows.Others;
        ReadOnlySpan<ushort> cpus = rows.Cpus;
        for (int row = 0; row < kinds.Length; row++)
        {
            int task = tasks[row];
            switch (kinds[row])
            {
                case EventKind.RcuSoftirqEntry or EventKind.DeathSwitch or EventKind.Switch:
                    _disturbed[cpus[row]] = _rows + row;
                    break;
                case EventKind.TaskAlloc when task >= 0:
                    Of(task).Allocation = MomentOf(rows, row);
                    break;
                case EventKind.ForkEnter when task >= 0:
                    ref ForkUnderWay call = ref Of(task);
                    call.Enter = MomentOf(rows, row);
                    call.BirthRow = Never;
                    break;
                case EventKind.NewTask when task >= 0 && others[row] >= 0:
                    NoteBirth(rows, row, ref Of(others[row]));
                    break;
                case EventKind.ForkExit when task >= 0:
                    NoteExit(rows, row, ref Of(task));
                    break;
                case EventKind.Free:
                    _underWay.Remove(task);
                    break;
            }
        }

        _rows += rows.Count;
    }

    /// <summary>Forgets what was measured so far, but not the forks that are under way.</summary>
    public void Clear()
    {
        _copies.Clear();
        _calls.Clear();
    }

    private void NoteBirth(EventTable rows, int row, ref ForkUnderWay fork)
    {
        Moment begin = fork.Allocation;
        fork.Allocation = Moment.None;
        fork.BirthRow = _rows + row;
        fork.Child = rows.Tasks[row];
        fork.Kind = ForkKinds.Of(rows.Values[row]);
        fork.CopyNs = -1;
        if (begin.Row < 0 || begin.Cpu != rows.Cpus[row])
            return;
        fork.CopyNs = rows.TimesNs[row] - begin.TimeNs;
        _copies.Add(new ForkTime(fork.Kind, OutcomeOf(fork.Child), fork.CopyNs));
    }

    // The child also leaves the system call, but it never entered it.
    private void NoteExit(EventTable rows, int row, ref ForkUnderWay fork)
    {
        Moment enter = fork.Enter;
        fork.Enter = Moment.None;
        if (enter.Row < 0 || fork.BirthRow < enter.Row || rows.Values[row] <= 0 || enter.Cpu != rows.Cpus[row] || _disturbed[enter.Cpu] > enter.Row)
            return;
        if (fork.Kind is { } kind and not ForkKind.Vfork)
            _calls.Add(new ForkTime(kind, OutcomeOf(fork.Child), rows.TimesNs[row] - enter.TimeNs, fork.CopyNs));
    }

    private ref ForkUnderWay Of(int task)
    {
        ref ForkUnderWay fork = ref CollectionsMarshal.GetValueRefOrAddDefault(_underWay, task, out bool isKnown);
        if (!isKnown)
            fork = new ForkUnderWay();
        return ref fork;
    }

    private Moment MomentOf(EventTable rows, int row) => new(_rows + row, rows.TimesNs[row], rows.Cpus[row]);

    private bool? OutcomeOf(int task) => _truth.Exists && _truth.Knows(task) ? _truth.WasHit(task) : null;

    private readonly record struct Moment(long Row, long TimeNs, int Cpu)
    {
        public static Moment None => new(Never, 0, 0);
    }

    private struct ForkUnderWay()
    {
        public Moment Allocation = Moment.None;
        public Moment Enter = Moment.None;
        public long BirthRow = Never;
        public long CopyNs = -1;
        public int Child = -1;
        public ForkKind? Kind;
    }
}
