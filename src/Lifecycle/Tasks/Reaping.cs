namespace ForkTrace.Lifecycle.Tasks;

/// <summary>
/// When each dead task's delayed_put_task_struct was queued for RCU: at its final switch or when it was reaped, whichever came later
/// (put_task_struct_rcu_user, kernel/exit.c). A thread reaps itself. A zombie is reaped by a waiting parent: do_wait takes the first
/// zombie among the children, oldest first, and blocks if there is none. Where the trace shows no waits, the final switch is all that
/// is known: it was queued then or later. So it is with children of a parent that may have waited, or stopped to, in a gap, until an event
/// shows again what it does.
/// </summary>
internal sealed class Reaping
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly Dictionary<int, SortedSet<int>> _zombiesOfParent = [];
    private readonly Dictionary<int, int> _waitingFor = [];

    // Gaps that are over, whether there is one, and by parent how many were over when it was last seen not to wait.
    private int _gapsOver;
    private bool _isInGap;
    private readonly Dictionary<int, int> _seenAfterGap = [];

    public Reaping(EventTable events, TaskLives lives)
    {
        _events = events;
        _lives = lives;
        QueuedRow = lives.ReleaseRow.ToArray();
        if (events.Facts.CountOf(EventKind.Wait) == 0)
            return;
        for (int row = 0; row < events.Count; row++)
            Note(row);
    }

    /// <summary>By task: the row at or after which its own RCU callback was queued; -1 if it did not die.</summary>
    public int[] QueuedRow { get; }

    private void Note(int row)
    {
        NoteGaps(_events.TimesNs[row]);
        int task = _events.Tasks[row];
        if (task < 0)
            return;
        switch (_events.Kinds[row])
        {
            case EventKind.TaskAlloc:
                NoteRunning(task);
                break;
            case EventKind.NewTask:
                NoteRunning(_events.Others[row]);
                NoteRunning(task);
                break;
            case EventKind.Exit:
                NoteZombie(task);
                break;
            case EventKind.Wait:
                NoteWait(row, task, _events.Others[row]);
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

        // A parent that is waiting is woken and reaps it at once.
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
            QueuedRow[reaped] = row;
    }
}
