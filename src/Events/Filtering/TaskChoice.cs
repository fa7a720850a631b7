namespace ForkTrace.Events.Filtering;

/// <summary>The task that each row belongs to, and the tasks that a filter keeps.</summary>
internal sealed class TaskChoice
{
    /// <summary>In <see cref="Owners"/>: the row belongs to the machine; only its time decides.</summary>
    public const int Machine = -2;

    /// <summary>In <see cref="Owners"/>: the row shows what the recorded kernel's cache did, over all tasks together.</summary>
    public const int Truth = -3;

    /// <summary>In <see cref="Owners"/>: the row gives a task's cgroup, by which the forks of that task are counted.</summary>
    public const int Cgroup = -4;

    private readonly EventTable _events;
    private readonly EventFilter _filter;
    private readonly bool[] _passingComms;
    private readonly long _fromNs;
    private readonly long _toNs;
    private int[]? _tids;

    public TaskChoice(EventTable events, EventFilter filter)
    {
        _events = events;
        _filter = filter;
        _passingComms = filter.PassingComms(events.CommNames);
        _fromNs = filter.From?.On(events.Facts.FirstNs) ?? long.MinValue;
        _toNs = filter.To?.On(events.Facts.FirstNs) ?? long.MaxValue;
        Owners = new int[events.Count];
        IsKept = new bool[events.Facts.Tasks];
        FindOwners();
        for (int row = 0; row < Owners.Length; row++)
        {
            if (Owners[row] >= 0 && !IsKept[Owners[row]])
                IsKept[Owners[row]] = Passes(row);
        }
    }

    /// <summary>By row: the task that it belongs to; -1 for the idle task; or one of the constants.</summary>
    public int[] Owners { get; }

    /// <summary>By task.</summary>
    public bool[] IsKept { get; }

    /// <summary>True if the row meets the conditions that are not about tasks.</summary>
    public bool PassesByPlace(int row) =>
        _events.TimesNs[row] >= _fromNs && _events.TimesNs[row] <= _toNs && _filter.Cpus?.Contains(_events.Cpus[row]) != false;

    /// <summary>True if the row belongs to the idle task and is kept.</summary>
    public bool IsKeptIdle(int row) => PassesByPlace(row) && _filter.Tids is null && _filter.Comms.IsEmpty;

    private bool Passes(int row) => PassesByPlace(row) && _passingComms[_events.Comms[row]] && PassesByTid(row);

    private bool PassesByTid(int row)
    {
        if (_filter.Tids is not { } tids || tids.Contains(_events.Tids[row]))
            return true;
        int parent = _events.Kinds[row] is EventKind.NewTask or EventKind.Fork ? _events.Others[row] : -1;
        return parent >= 0 && tids.Contains(TidOf(parent));
    }

    // A forking thread's tid comes from its own rows. A task without own rows has no known tid.
    private int TidOf(int task) => _tids is null ? (_tids = ReadTids())[task] : _tids[task];

    private int[] ReadTids()
    {
        int[] tids = new int[_events.Facts.Tasks];
        Array.Fill(tids, -1);
        for (int row = 0; row < Owners.Length; row++)
        {
            if (_events.Tasks[row] >= 0)
                tids[_events.Tasks[row]] = _events.Tids[row];
        }

        return tids;
    }

    // An allocation of a task_struct is an event of the forking thread, but belongs to the task that it is for.
    private void FindOwners()
    {
        int[] pending = new int[_events.Facts.Tasks];
        bool[] isBorn = new bool[_events.Facts.Tasks];
        Array.Fill(pending, -1);
        for (int row = 0; row < Owners.Length; row++)
        {
            EventKind kind = _events.Kinds[row];
            int task = _events.Tasks[row];
            Owners[row] = IsTruth(kind) ? Truth : IsMachine(kind) ? Machine : kind == EventKind.Cgroup ? Cgroup : task;
            if (task < 0)
                continue;
            if (kind == EventKind.TaskAlloc)
                pending[task] = row;
            else if (kind is EventKind.NewTask or EventKind.Fork && !isBorn[task])
                TakeAllocation(task, _events.Others[row], pending, isBorn);
        }
    }

    private void TakeAllocation(int child, int parent, int[] pending, bool[] isBorn)
    {
        isBorn[child] = true;
        if (parent < 0 || pending[parent] < 0)
            return;
        Owners[pending[parent]] = child;
        pending[parent] = -1;
    }

    private static bool IsTruth(EventKind kind) => kind >= EventKind.ProbeDup || EventKinds.IsGroundTruth(kind);

    private static bool IsMachine(EventKind kind) =>
        kind is (>= EventKind.RcuSoftirqEntry and <= EventKind.RcuUtilization) or EventKind.CpuDown;
}
