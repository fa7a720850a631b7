namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Gives every task a dense id: one for each (tid, incarnation). The kernel reuses a tid as soon as release_task has dropped it,
/// which may be before the old task's sched_process_free, so two incarnations of a tid can be open at a time.
/// </summary>
/// <param name="states">By id, what is known of each task's life; shared by the machines of one trace.</param>
internal sealed class TaskIdentity(List<TaskState> states)
{
    // PID_MAX_LIMIT on 64-bit (include/linux/threads.h). Tids beyond it come from damaged traces.
    private const int TidMax = 4 * 1024 * 1024;
    private int[] _currentByTid = new int[4096];
    private int[] _previousByTid = new int[4096];

    /// <summary>The ids of an event's subject and other task. Events must come in time order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Task, int Other) Identify(EventKind kind, int tid, int otherTid, long value)
    {
        int other = IsTruth(kind) ? Known(otherTid) : Current(otherTid);
        int task = kind switch
        {
            EventKind.NewTask => Open(tid, TaskState.Forking),
            EventKind.Fork => OfFork(tid),
            EventKind.Exec => OfExec(tid, (int)value),
            EventKind.Exit or EventKind.DeathSwitch => Mark(tid, TaskState.Dying),
            EventKind.Free => OfFree(tid),
            _ => IsTruth(kind) ? Known(tid) : Current(tid),
        };
        return (task, other);
    }

    private static bool IsTruth(EventKind kind) => EventKinds.IsGroundTruth(kind) || kind >= EventKind.ProbeDup;
    private static bool IsTask(int tid) => tid is > 0 and <= TidMax;

    // Ground truth judges a replay: it must not bring tasks into being that the replay would then see.
    private int Known(int tid) => IsTask(tid) && tid < _currentByTid.Length ? _currentByTid[tid] - 1 : -1;

    private int Current(int tid)
    {
        if (!IsTask(tid))
            return -1;
        Reserve(tid);
        int slot = _currentByTid[tid];
        return slot != 0 ? slot - 1 : Open(tid, TaskState.Alive);
    }

    private int Open(int tid, TaskState state)
    {
        if (!IsTask(tid))
            return -1;
        Reserve(tid);
        int task = states.Count;
        states.Add(state);
        _previousByTid[tid] = _currentByTid[tid];
        _currentByTid[tid] = task + 1;
        return task;
    }

    // sched_process_fork follows task_newtask for the same child; alone (older recordings) it opens the task itself.
    private int OfFork(int tid)
    {
        int task = Known(tid);
        if (task < 0 || states[task] != TaskState.Forking)
            return Open(tid, TaskState.Alive);
        states[task] = TaskState.Alive;
        return task;
    }

    private int Mark(int tid, TaskState state)
    {
        int task = Current(tid);
        if (task >= 0)
            states[task] = state;
        return task;
    }

    // A thread that execs takes its leader's tid, and the old leader is freed under the thread's old tid (de_thread, fs/exec.c).
    private int OfExec(int tid, int oldTid)
    {
        if (IsTask(oldTid) && IsTask(tid) && oldTid != tid)
        {
            int thread = Current(oldTid);
            int leader = Current(tid);
            _currentByTid[tid] = thread + 1;
            _currentByTid[oldTid] = leader + 1;
            return thread;
        }

        return Current(tid);
    }

    private int OfFree(int tid)
    {
        int task = Current(tid);
        if (task < 0)
            return -1;
        int previous = _previousByTid[tid] - 1;
        if (states[task] != TaskState.Dying && previous >= 0 && states[previous] == TaskState.Dying)
        {
            states[previous] = TaskState.Freed;
            return previous;
        }

        states[task] = TaskState.Freed;
        if (_currentByTid[tid] == task + 1)
        {
            _previousByTid[tid] = 0;
            _currentByTid[tid] = 0;
        }

        return task;
    }

    private void Reserve(int tid)
    {
        if (tid < _currentByTid.Length)
            return;
        int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)tid + 1);
        Array.Resize(ref _currentByTid, length);
        Array.Resize(ref _previousByTid, length);
    }
}

/// <summary>How far a task's life has come, as its events told.</summary>
internal enum TaskState : byte
{
    Alive,
    Forking,
    Dying,
    Freed,
}
