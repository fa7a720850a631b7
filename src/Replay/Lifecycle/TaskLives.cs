using ForkTrace.Events;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// First look at a trace: for each task, the rows that mark the moments of its stack. Ground-truth events are never looked at, so
/// that they can judge the replay.
/// </summary>
internal sealed class TaskLives
{
    private const long StateDead = 0x10;

    private readonly EventTable _events;
    private readonly int[] _pendingAllocation;
    private readonly int[] _exitRow;
    private readonly List<FailedFork> _failedForks = [];

    private TaskLives(EventTable events)
    {
        _events = events;
        int tasks = events.Facts.Tasks;
        AllocationRow = NewRows(tasks);
        BirthRow = NewRows(tasks);
        _exitRow = NewRows(tasks);
        ReleaseRow = NewRows(tasks);
        FreeRow = NewRows(tasks);
        _pendingAllocation = NewRows(tasks);
    }

    /// <summary>Row of the task_struct's allocation, -1 if none was recorded.</summary>
    public int[] AllocationRow { get; }

    /// <summary>Row of task_newtask, else of sched_process_fork; -1 for tasks that existed before.</summary>
    public int[] BirthRow { get; }

    /// <summary>Row of the last switch away from the dead task, else of its sched_process_exit; -1 if neither was recorded.</summary>
    public int[] ReleaseRow { get; }

    /// <summary>Row of sched_process_free.</summary>
    public int[] FreeRow { get; }

    public IReadOnlyList<FailedFork> FailedForks => _failedForks;

    public static TaskLives Of(EventTable events)
    {
        TaskLives lives = new(events);
        for (int row = 0; row < events.Count; row++)
            lives.Note(row);
        for (int task = 0; task < lives.ReleaseRow.Length; task++)
        {
            if (lives.ReleaseRow[task] < 0)
                lives.ReleaseRow[task] = lives._exitRow[task];
        }

        return lives;
    }

    /// <summary>True if the task reaped itself (a thread, or its parent ignores SIGCHLD): it died in state X, not as a zombie.</summary>
    public bool ReapedItself(int task) =>
        ReleaseRow[task] >= 0
        && _events.Kinds[ReleaseRow[task]] == EventKind.DeathSwitch
        && (_events.Values[ReleaseRow[task]] & StateDead) != 0;

    private static int[] NewRows(int tasks)
    {
        int[] rows = new int[tasks];
        Array.Fill(rows, -1);
        return rows;
    }

    private void Note(int row)
    {
        int task = _events.Tasks[row];
        if (task < 0)
            return;
        switch (_events.Kinds[row])
        {
            case EventKind.TaskAlloc:
                NoteAllocation(row, task);
                break;
            case EventKind.NewTask:
                BirthRow[task] = row;
                TakeAllocation(task, _events.Others[row]);
                break;
            case EventKind.Fork when BirthRow[task] < 0:
                BirthRow[task] = row;
                TakeAllocation(task, _events.Others[row]);
                break;
            case EventKind.Exit:
                _exitRow[task] = row;
                NoteFailure(task, row);
                break;
            case EventKind.DeathSwitch:
                ReleaseRow[task] = row;
                break;
            case EventKind.Free:
                FreeRow[task] = row;
                break;
        }
    }

    // A thread that allocates a task_struct again, or exits, without a new task in between has had its fork fail.
    private void NoteAllocation(int row, int parent)
    {
        NoteFailure(parent, row);
        _pendingAllocation[parent] = row;
    }

    private void NoteFailure(int parent, int nextRow)
    {
        if (_pendingAllocation[parent] < 0)
            return;
        _failedForks.Add(new FailedFork(_pendingAllocation[parent], nextRow));
        _pendingAllocation[parent] = -1;
    }

    private void TakeAllocation(int child, int parent)
    {
        if (parent < 0 || _pendingAllocation[parent] < 0)
            return;
        AllocationRow[child] = _pendingAllocation[parent];
        _pendingAllocation[parent] = -1;
    }
}
