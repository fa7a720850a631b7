using ForkTrace.Lifecycle.Gaps;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Tasks;

/// <summary>
/// First pass over a trace: for each task, the rows that mark the moments of its stack. Failed forks count as tasks too, with ids after the
/// trace's own. Ground-truth events are never used, so that they can judge the replay.
/// </summary>
internal sealed class TaskLives
{
    private const long StateDead = 0x10;

    private readonly EventTable _events;
    private readonly int[] _pendingAllocation;
    private readonly int[] _exitRow;
    private readonly List<FailedFork> _failedForks = [];
    private readonly List<int> _cutForks = [];
    private readonly List<int> _cutAllocationRows = [];

    // By task, only if there are gaps: the last row that shows it running.
    private readonly int[] _lastRow;
    private readonly bool _showsBirths;
    private bool _showsAllocations;
    private bool _showsFrees;
    private int[] _allocationRow;
    private int[] _releaseRow;
    private int[] _freeRow;
    private readonly bool[] _reapedItself;

    private TaskLives(EventTable events)
    {
        _events = events;
        Gaps = new LossGaps(events.Facts);
        _showsBirths = events.Facts.Forks > 0;
        int tasks = events.Facts.Tasks;
        _allocationRow = NewRows(tasks);
        BirthRow = NewRows(tasks);
        _exitRow = NewRows(tasks);
        _releaseRow = NewRows(tasks);
        _freeRow = NewRows(tasks);
        _pendingAllocation = NewRows(tasks);
        _reapedItself = new bool[tasks];
        _lastRow = NewRows(Gaps.Exist ? tasks : 0);
    }

    /// <summary>Where the recording may hide events.</summary>
    public LossGaps Gaps { get; }

    /// <summary>Number of tasks and failed forks: all ids are below it.</summary>
    public int Count => _releaseRow.Length;

    public int FailedForks => _failedForks.Count;

    /// <summary>Rows of the task_struct allocations of failed forks, in order of their ids.</summary>
    public IEnumerable<int> FailedForkRows => _failedForks.Select(failed => failed.AllocationRow);

    /// <summary>Allocations of a task_struct that a gap separates from their result: neither a task's nor a failed fork's.</summary>
    public IReadOnlyList<int> CutAllocationRows => _cutAllocationRows;

    /// <summary>Row of the task_struct's allocation; -1 if it was not recorded.</summary>
    public ReadOnlySpan<int> AllocationRow => _allocationRow;

    /// <summary>
    /// Tasks whose task_struct was allocated before or in a gap, and whose fork ended after the gap. It is unknown where they took their
    /// stacks.
    /// </summary>
    public IReadOnlyList<int> CutForks => _cutForks;

    /// <summary>Row of task_newtask, else of sched_process_fork; -1 for tasks from before the recording.</summary>
    public int[] BirthRow { get; }

    /// <summary>
    /// Row of the last switch away from the dead task, else of its sched_process_exit; -1 if neither was recorded. For a failed fork: the
    /// row before which its stack was given back.
    /// </summary>
    public ReadOnlySpan<int> ReleaseRow => _releaseRow;

    /// <summary>Row of sched_process_free; -1 if it was not recorded.</summary>
    public ReadOnlySpan<int> FreeRow => _freeRow;

    /// <summary>Examines a trace, or a stretch of it with some rows before and after.</summary>
    /// <param name="events">The rows.</param>
    /// <param name="failedBefore">
    /// If the trace continues: a fork that began before this row, and has no result by the last row, has failed. 0 if the trace does not
    /// continue.
    /// </param>
    public static TaskLives Of(EventTable events, int failedBefore = 0)
    {
        TaskLives lives = new(events);
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        ReadOnlySpan<int> tasks = events.Tasks, others = events.Others;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (tasks[row] >= 0)
                lives.Note(row, kinds[row], tasks[row], others[row]);
        }

        for (int task = 0; failedBefore > 0 && task < lives._pendingAllocation.Length; task++)
        {
            if (lives._pendingAllocation[task] < failedBefore)
                lives.NoteFailure(task, events.Count - 1);
        }

        for (int task = 0; task < lives._releaseRow.Length; task++)
        {
            if (lives._releaseRow[task] < 0)
                lives._releaseRow[task] = lives._exitRow[task];
            lives.DropWhatNoTaskDoes(task);
        }

        lives.FindThoseThatReapedThemselves();
        if (!lives._showsAllocations)
            lives._cutForks.Clear();
        lives.AddFailedForks();
        return lives;
    }

    /// <summary>True if the task reaped itself (a thread, or its parent ignores SIGCHLD): it died in state X, not as a zombie.</summary>
    public bool ReapedItself(int task) => !IsFailedFork(task) && _reapedItself[task];

    /// <summary>The gap that may hide the last switch of a task that was freed; null if the switch is recorded, or there is no
    /// gap.</summary>
    public LossGap? GapOfDeath(int task) =>
        !IsFailedFork(task) && _releaseRow[task] < 0 && _freeRow[task] >= 0
        && _events.Facts.CountOf(EventKind.DeathSwitch) + _events.Facts.CountOf(EventKind.Exit) > 0
            ? Gaps.First(BirthRow[task] < 0 ? _events.Facts.FirstNs : _events.TimesNs[BirthRow[task]], _events.TimesNs[_freeRow[task]])
            : null;

    /// <summary>
    /// The gap that may hide sched_process_free of a dead task; null if that event is recorded, or the recording shows no such events, or
    /// there is no gap. A task that reaped itself is freed on the CPU where it died.
    /// </summary>
    public LossGap? GapOfFree(int task)
    {
        if (!Gaps.Exist || !_showsFrees || IsFailedFork(task) || _releaseRow[task] < 0 || _freeRow[task] >= 0)
            return null;
        long diedNs = _events.TimesNs[_releaseRow[task]];
        return ReapedItself(task) ? Gaps.First(ReleaseCpu(task), diedNs, _events.Facts.LastNs) : Gaps.First(diedNs, _events.Facts.LastNs);
    }

    /// <summary>True if the id belongs to a fork that took a stack and failed.</summary>
    public bool IsFailedFork(int task) => task >= _events.Facts.Tasks;

    /// <summary>
    /// True if the fork returned -ENOMEM. It is then assumed that its cgroup could not be charged for the stack
    /// (memcg_charge_kernel_stack). But a fork that cannot copy its address space returns the same value.
    /// </summary>
    public bool IsUncharged(int task) => IsFailedFork(task) && _failedForks[task - _events.Facts.Tasks].IsUncharged;

    /// <summary>The CPU on which the stack was released; for a failed fork, the one that took it.</summary>
    public int ReleaseCpu(int task) => _events.Cpus[IsFailedFork(task) ? _allocationRow[task] : _releaseRow[task]];

    /// <summary>Tasks whose parent was on different CPUs at the task_struct's allocation and at their birth.</summary>
    public HashSet<int> Migrated()
    {
        HashSet<int> migrated = [];
        for (int task = 0; task < _events.Facts.Tasks; task++)
        {
            if (_allocationRow[task] >= 0 && _events.Cpus[_allocationRow[task]] != _events.Cpus[BirthRow[task]])
                migrated.Add(task);
        }

        return migrated;
    }

    // A task that died before its fork, or was freed before its death. No reader produces such tasks, but an event file from elsewhere may
    // contain them.
    private void DropWhatNoTaskDoes(int task)
    {
        int begun = Math.Max(_allocationRow[task], BirthRow[task]);
        if (_releaseRow[task] < begun)
            _releaseRow[task] = -1;
        if (_freeRow[task] < Math.Max(begun, _releaseRow[task]))
            _freeRow[task] = -1;
    }

    private void FindThoseThatReapedThemselves()
    {
        ReadOnlySpan<EventKind> kinds = _events.Kinds;
        ReadOnlySpan<long> values = _events.Values;
        for (int task = 0; task < _reapedItself.Length; task++)
        {
            int release = _releaseRow[task];
            _reapedItself[task] = release >= 0 && kinds[release] == EventKind.DeathSwitch && (values[release] & StateDead) != 0;
        }
    }

    private static int[] NewRows(int tasks)
    {
        int[] rows = new int[tasks];
        Array.Fill(rows, -1);
        return rows;
    }

    private void Note(int row, EventKind kind, int task, int other)
    {
        NoteStack(row, kind, task, other);
        if (!Gaps.Exist)
            return;
        int running = kind is EventKind.NewTask or EventKind.Fork ? other : task;
        if (running >= 0 && kind is not (EventKind.Free or EventKind.Cgroup))
            _lastRow[running] = row;
    }

    private void NoteStack(int row, EventKind kind, int task, int other)
    {
        switch (kind)
        {
            case EventKind.TaskAlloc:
                _showsAllocations = true;
                NoteAllocation(row, task);
                break;
            case EventKind.NewTask:
                BirthRow[task] = row;
                TakeAllocation(task, other);
                break;
            case EventKind.Fork when BirthRow[task] < 0:
                BirthRow[task] = row;
                TakeAllocation(task, other);
                break;
            case EventKind.Exit:
                _exitRow[task] = row;
                NoteFailure(task, row);
                break;
            case EventKind.ForkExit when _events.Values[row] == ReplayInput.OutOfMemory:
                NoteFailure(task, row, isUncharged: true);
                break;
            case EventKind.DeathSwitch:
                _releaseRow[task] = row;
                break;
            case EventKind.Free:
                _showsFrees = true;
                _freeRow[task] = row;
                break;
        }
    }

    // If a thread allocates a task_struct again, or exits, without a new task in between, its fork has failed.
    private void NoteAllocation(int row, int parent)
    {
        NoteFailure(parent, row);
        _pendingAllocation[parent] = row;
    }

    private void NoteFailure(int parent, int nextRow, bool isUncharged = false)
    {
        // Without births, failed forks cannot be distinguished from others.
        if (_pendingAllocation[parent] < 0 || !_showsBirths)
            return;
        if (IsCut(_pendingAllocation[parent], nextRow))
            _cutAllocationRows.Add(_pendingAllocation[parent]);
        else
            _failedForks.Add(new FailedFork(_pendingAllocation[parent], nextRow, isUncharged));
        _pendingAllocation[parent] = -1;
    }

    private void TakeAllocation(int child, int parent)
    {
        if (parent < 0)
            return;
        if (_pendingAllocation[parent] < 0)
        {
            if (IsAllocationHidden(parent, BirthRow[child]))
                _cutForks.Add(child);
            return;
        }

        if (IsCut(_pendingAllocation[parent], BirthRow[child]))
        {
            _cutAllocationRows.Add(_pendingAllocation[parent]);
            _cutForks.Add(child);
        }
        else
        {
            _allocationRow[child] = _pendingAllocation[parent];
        }

        _pendingAllocation[parent] = -1;
    }

    private bool IsAllocationHidden(int parent, int birthRow) =>
        Gaps.Exist
        && Gaps.MayHide(
            _events.Cpus[birthRow],
            _lastRow[parent] < 0 ? _events.Facts.FirstNs : _events.TimesNs[_lastRow[parent]],
            _events.TimesNs[birthRow]);

    // In a gap between the two rows, one fork may have ended and another begun. Then the rows belong to different forks.
    private bool IsCut(int allocationRow, int laterRow)
    {
        long fromNs = _events.TimesNs[allocationRow], toNs = _events.TimesNs[laterRow];
        return Gaps.MayHide(_events.Cpus[allocationRow], fromNs, toNs) || Gaps.MayHide(_events.Cpus[laterRow], fromNs, toNs);
    }

    private void AddFailedForks()
    {
        int tasks = _releaseRow.Length;
        int count = tasks + _failedForks.Count;
        Array.Resize(ref _allocationRow, count);
        Array.Resize(ref _releaseRow, count);
        Array.Resize(ref _freeRow, count);
        long forkNs = _failedForks.Count == 0 ? 0 : MedianForkNs(tasks);
        for (int index = 0; index < _failedForks.Count; index++)
        {
            _allocationRow[tasks + index] = _failedForks[index].AllocationRow;
            _releaseRow[tasks + index] = RowOfReturn(_failedForks[index], forkNs);
            _freeRow[tasks + index] = -1;
        }
    }

    // A fork fails late, after most of its work (cgroup_can_fork and what follows it in copy_process), so it takes as long as others.
    private long MedianForkNs(int tasks)
    {
        List<long> durations = [];
        for (int task = 0; task < tasks; task++)
        {
            if (_allocationRow[task] >= 0)
                durations.Add(_events.TimesNs[BirthRow[task]] - _events.TimesNs[_allocationRow[task]]);
        }

        durations.Sort();
        return durations.Count == 0 ? 0 : durations[durations.Count / 2];
    }

    // Not later than the forking thread's next event, or the next event of another task on that CPU: the thread does not fork while the
    // other runs.
    private int RowOfReturn(FailedFork failed, long forkNs)
    {
        int row = failed.AllocationRow + 1;
        int parent = _events.Tasks[failed.AllocationRow];
        ushort cpu = _events.Cpus[failed.AllocationRow];
        long untilNs = _events.TimesNs[failed.AllocationRow] + forkNs;
        while (row < failed.NextRow && _events.TimesNs[row] < untilNs)
        {
            bool isOfRunningTask = _events.Kinds[row]
                is EventKind.NewTask or EventKind.Fork or EventKind.Exec or EventKind.Exit or EventKind.DeathSwitch or EventKind.TaskAlloc;
            if (isOfRunningTask && _events.Cpus[row] == cpu && _events.Tasks[row] != parent && _events.Others[row] != parent)
                break;
            row++;
        }

        return row;
    }
}

/// <summary>A fork that took a stack and failed: copy_process gives it back on its error path.</summary>
/// <param name="AllocationRow">Row of the task_struct's allocation.</param>
/// <param name="NextRow">Row of the next event of the forking thread. The stack was given back before it.</param>
/// <param name="IsUncharged">True if the fork returned -ENOMEM.</param>
internal readonly record struct FailedFork(int AllocationRow, int NextRow, bool IsUncharged);

/// <summary>Where a task's stack was when the recording began.</summary>
public enum TaskBeginning : byte
{
    /// <summary>Not taken yet: the recording shows the fork.</summary>
    Forked = 0,

    /// <summary>Live: the task existed before.</summary>
    Existed = 1,

    /// <summary>The task was already dead; only its sched_process_free is seen.</summary>
    WasDead = 2,
}
