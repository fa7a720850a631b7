namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Gives every task a dense id: one for each (tid, incarnation). The kernel reuses a tid as soon as release_task has dropped it. That may
/// be before the old task's sched_process_free, so two incarnations of a tid can be open at the same time. The state of a task is forgotten
/// when its tid is used again, so memory grows with the number of tids, not of tasks.
/// </summary>
/// <param name="tasks">Counts the tasks of all machines of one trace.</param>
internal sealed class TaskIdentity(TaskCount tasks)
{
    // PID_MAX_LIMIT on 64-bit (include/linux/threads.h). Tids beyond it come from damaged traces.
    private const int TidMax = 4 * 1024 * 1024;
    private TaskSlot[] _currentByTid = new TaskSlot[4096];
    private TaskSlot[] _previousByTid = new TaskSlot[4096];

    /// <summary>Number of tasks that began and were freed without an end.</summary>
    public int EndlessLives { get; private set; }

    /// <summary>The ids of an event's subject and other task. Events must come in time order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Task, int Other) Identify(EventKind kind, int tid, int otherTid, long value)
    {
        int other = IsTruth(kind) ? Known(otherTid) : Current(otherTid);
        int task = kind switch
        {
            EventKind.NewTask => Open(tid, TaskStates.Forking | TaskStates.Begun),
            EventKind.Fork => OfFork(tid),
            EventKind.Exec => OfExec(tid, (int)value),
            EventKind.Exit or EventKind.DeathSwitch => OfEnd(tid),
            EventKind.Free => OfFree(tid),
            _ => IsTruth(kind) ? Known(tid) : Current(tid),
        };
        return (task, other);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTruth(EventKind kind) => EventKinds.IsGroundTruth(kind) || kind >= EventKind.ProbeDup;
    private static bool IsTask(int tid) => tid is > 0 and <= TidMax;

    // Ground truth judges a replay, so it must not create tasks that the replay would see.
    private int Known(int tid) => IsTask(tid) && tid < _currentByTid.Length ? _currentByTid[tid].Task : -1;

    // A slot that no task has used holds none, so a tid that is no task's is never known.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Current(int tid)
    {
        TaskSlot[] slots = _currentByTid;
        int task = (uint)tid < (uint)slots.Length ? slots[tid].Task : -1;
        return task >= 0 ? task : Open(tid, TaskStates.None);
    }

    private int Open(int tid, TaskStates states)
    {
        if (!IsTask(tid))
            return -1;
        Reserve(tid);
        _previousByTid[tid] = _currentByTid[tid];
        _currentByTid[tid] = new TaskSlot(tasks.Next++, states);
        return _currentByTid[tid].Task;
    }

    // sched_process_fork follows task_newtask for the same child. Without task_newtask (older recordings) it creates the task itself.
    private int OfFork(int tid)
    {
        int task = Known(tid);
        if (task < 0 || !_currentByTid[tid].States.HasFlag(TaskStates.Forking))
            return Open(tid, TaskStates.Begun);
        _currentByTid[tid].States &= ~TaskStates.Forking;
        return task;
    }

    private int OfEnd(int tid)
    {
        int task = Current(tid);
        if (task >= 0)
            _currentByTid[tid].States = (_currentByTid[tid].States & TaskStates.Begun) | TaskStates.Dying | TaskStates.Ended;
        return task;
    }

    // A thread that execs takes over its leader's tid, and the old leader is freed under the thread's old tid (de_thread, fs/exec.c).
    private int OfExec(int tid, int oldTid)
    {
        if (IsTask(oldTid) && IsTask(tid) && oldTid != tid)
        {
            int thread = Current(oldTid);
            Current(tid);
            (_currentByTid[tid], _currentByTid[oldTid]) = (_currentByTid[oldTid], _currentByTid[tid]);
            return thread;
        }

        return Current(tid);
    }

    private int OfFree(int tid)
    {
        int task = Current(tid);
        if (task < 0)
            return -1;
        ref TaskSlot current = ref _currentByTid[tid];
        ref TaskSlot previous = ref _previousByTid[tid];
        if (!current.States.HasFlag(TaskStates.Dying) && previous.States.HasFlag(TaskStates.Dying))
        {
            CountEndless(previous.States);
            previous.States &= ~TaskStates.Dying;
            return previous.Task;
        }

        CountEndless(current.States);
        current = previous = default;
        return task;
    }

    private void CountEndless(TaskStates states) =>
        EndlessLives += (states & (TaskStates.Begun | TaskStates.Ended)) == TaskStates.Begun ? 1 : 0;

    private void Reserve(int tid)
    {
        if (tid < _currentByTid.Length)
            return;
        int length = (int)Math.Min(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)tid + 1), TidMax + 1);
        Array.Resize(ref _currentByTid, length);
        Array.Resize(ref _previousByTid, length);
    }

    /// <summary>A task that has a tid. The default is none.</summary>
    private struct TaskSlot(int task, TaskStates states)
    {
        private readonly int _number = task + 1;

        public TaskStates States = states;

        public readonly int Task => _number - 1;
    }

    /// <summary>The part of a task's life that its events have shown.</summary>
    [Flags]
    private enum TaskStates : byte
    {
        None = 0,

        /// <summary>Its task_newtask was seen; its sched_process_fork may follow.</summary>
        Forking = 1,

        /// <summary>It ended and has not been freed.</summary>
        Dying = 2,

        /// <summary>An event showed its beginning.</summary>
        Begun = 4,

        /// <summary>An event showed its end.</summary>
        Ended = 8,
    }
}

/// <summary>Number of tasks of a trace so far: the id of the next one.</summary>
internal sealed class TaskCount
{
    public int Next { get; set; }
}
