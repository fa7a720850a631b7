namespace ForkTrace.Lifecycle.Tasks;

/// <summary>
/// When each dead task's delayed_put_task_struct was queued for RCU: at its final switch or when it was reaped, whichever came later
/// (put_task_struct_rcu_user, kernel/exit.c). A thread reaps itself. A zombie is reaped by a waiting parent: do_wait takes the first zombie
/// among the children, oldest first, and blocks if there is none. If the trace shows no waits, only the final switch is known: the callback
/// was queued then or later. The same applies to children whose parent may have begun or ended a wait in a gap, until an event shows again
/// what the parent does.
/// <para>
/// The callback is queued on the CPU where release_task runs: for a thread, the CPU of its final switch; for a zombie, that of the waiting
/// parent. If a wait shows the reaping, that is the CPU of the wait. Otherwise it is assumed to be the CPU on which the parent is seen
/// next, since the parent gets there only after it is woken. If the parent is unknown, or not seen again, the CPU of the final switch is
/// used.
/// </para>
/// </summary>
internal sealed class Reaping
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly Dictionary<int, SortedSet<int>> _zombiesOfParent = [];
    private readonly Dictionary<int, int> _waitingFor = [];

    // By task: its child that died last since it was seen last, and the sibling that died before it; -1 for none.
    private readonly int[] _deadChild;
    private readonly int[] _deadBefore;

    // Gaps that have ended, whether one is open, and by parent: how many had ended when it was last seen not waiting.
    private int _gapsOver;
    private bool _isInGap;
    private readonly Dictionary<int, int> _seenAfterGap = [];

    public Reaping(EventTable events, TaskLives lives)
    {
        _events = events;
        _lives = lives;
        QueuedRow = lives.ReleaseRow.ToArray();
        QueuedCpu = new int[lives.Count];
        _deadChild = new int[lives.Count];
        _deadBefore = new int[lives.Count];
        Array.Fill(_deadChild, -1);
        for (int task = 0; task < lives.Count; task++)
            QueuedCpu[task] = lives.ReleaseRow[task] < 0 ? -1 : lives.ReleaseCpu(task);
        bool hasWaits = events.Facts.CountOf(EventKind.Wait) > 0;
        ReadOnlySpan<EventKind> kinds = events.Kinds;
        ReadOnlySpan<int> tasks = events.Tasks, others = events.Others;
        ReadOnlySpan<long> timesNs = events.TimesNs;
        for (int row = 0; row < kinds.Length; row++)
        {
            NoteCpu(row, kinds[row], tasks[row], others[row]);
            if (!hasWaits)
                continue;
            NoteGaps(timesNs[row]);
            if (tasks[row] >= 0)
                Note(row, kinds[row], tasks[row], others[row]);
        }
    }

    /// <summary>By task: its own RCU callback was queued at this row or later; -1 if it did not die.</summary>
    public int[] QueuedRow { get; }

    /// <summary>By task: the CPU on which its own RCU callback was queued; -1 if it did not die.</summary>
    public int[] QueuedCpu { get; }

    // Children that died since their parent was last seen. They wait until it is seen again.
    private void NoteCpu(int row, EventKind kind, int task, int other)
    {
        int running = kind switch
        {
            EventKind.NewTask or EventKind.Fork => other,
            EventKind.TaskAlloc or EventKind.Exec or EventKind.Wait or EventKind.Exit => task,
            _ => -1,
        };
        if (running >= 0)
        {
            for (int child = _deadChild[running]; child >= 0; child = _deadBefore[child])
                QueuedCpu[child] = _events.Cpus[row];
            _deadChild[running] = -1;
        }

        if (task < 0 || _lives.ReleaseRow[task] != row || !IsReapedByParent(task))
            return;
        int parent = _events.Others[_lives.BirthRow[task]];
        _deadBefore[task] = _deadChild[parent];
        _deadChild[parent] = task;
    }

    // The state at the final switch decides, else the clone flags; without either, nothing is known.
    private bool IsReapedByParent(int task)
    {
        int birth = _lives.BirthRow[task];
        if (birth < 0 || _events.Others[birth] < 0)
            return false;
        if (_events.Kinds[_lives.ReleaseRow[task]] == EventKind.DeathSwitch)
            return !_lives.ReapedItself(task);
        return _events.Kinds[birth] == EventKind.NewTask && ForkKinds.Of(_events.Values[birth]) != ForkKind.Thread;
    }

    private void Note(int row, EventKind kind, int task, int other)
    {
        switch (kind)
        {
            case EventKind.TaskAlloc:
                NoteRunning(task);
                break;
            case EventKind.NewTask:
                NoteRunning(other);
                NoteRunning(task);
                break;
            case EventKind.Exit:
                NoteZombie(task);
                break;
            case EventKind.Wait:
                NoteWait(row, task, other);
                break;
        }
    }

    private void NoteGaps(long timeNs)
    {
        IReadOnlyList<(long FromNs, long ToNs)> gaps = _lives.Gaps.OnAnyCpu;
        for (; _gapsOver < gaps.Count && gaps[_gapsOver].ToNs <= timeNs; _gapsOver++)
        {
            _zombiesOfParent.Clear();
            _waitingFor.Clear();
        }

        _isInGap = _gapsOver < gaps.Count && gaps[_gapsOver].FromNs < timeNs;
    }

    private void NoteRunning(int task)
    {
        _waitingFor.Remove(task);
        if (_gapsOver > 0)
            _seenAfterGap[task] = _gapsOver;
    }

    private void NoteZombie(int task)
    {
        int birth = _lives.BirthRow[task];
        int parent = birth < 0 ? -1 : _events.Others[birth];
        if (parent < 0 || _lives.ReapedItself(task) || _isInGap || _seenAfterGap.GetValueOrDefault(parent) != _gapsOver)
            return;

        // A waiting parent is woken, and reaps the task at once.
        if (_waitingFor.TryGetValue(parent, out int wanted) && (wanted < 0 || wanted == task))
        {
            _waitingFor.Remove(parent);
            return;
        }

        if (!_zombiesOfParent.TryGetValue(parent, out SortedSet<int>? zombies))
            _zombiesOfParent[parent] = zombies = [];
        zombies.Add(task);
    }

    private void NoteWait(int row, int parent, int wanted)
    {
        NoteRunning(parent);
        if (_isInGap)
            return;
        if (!_zombiesOfParent.TryGetValue(parent, out SortedSet<int>? zombies)
            || zombies.Count == 0
            || (wanted >= 0 && !zombies.Contains(wanted)))
        {
            _waitingFor[parent] = wanted;
            return;
        }

        int reaped = wanted >= 0 ? wanted : zombies.Min;
        zombies.Remove(reaped);
        int free = _lives.FreeRow[reaped];
        if (QueuedRow[reaped] < row && (free < 0 || free > row))
        {
            QueuedRow[reaped] = row;
            QueuedCpu[reaped] = _events.Cpus[row];
        }
    }
}
