using ForkTrace.Events;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>Per CPU, the tasks whose own RCU callback ran there, in the order in which the callbacks were queued.</summary>
internal sealed class FreedTasks
{
    // A callback waits for two grace periods at most. In each of them its CPU looks three times: it sees the start, reports its
    // quiescent state and sees the end (kernel/rcu/tree.c). Twice that is beyond doubt too late for the queueing that was assumed: the
    // task was reaped later, by a wait that the trace does not show as such (__WCLONE, a parent that died).
    private const int MostBursts = 2 * 2 * 3;

    private readonly List<FreedTask>[] _byCpu;

    public FreedTasks(EventTable events, TaskLives lives, SoftirqBursts bursts)
    {
        int[] queuedRow = new Reaping(events, lives).QueuedRow;
        _byCpu = [.. Enumerable.Range(0, bursts.Cpus).Select(_ => new List<FreedTask>())];
        for (int task = 0; task < events.Facts.Tasks; task++)
        {
            int free = lives.FreeRow[task];
            if (free < 0 || queuedRow[task] < 0)
                continue;
            int cpu = events.Cpus[free];
            int burst = bursts.IndexBefore(cpu, free);
            bool isQueueKnown = burst - bursts.IndexBefore(cpu, queuedRow[task]) <= MostBursts;
            _byCpu[cpu].Add(new FreedTask(queuedRow[task], free, burst, isQueueKnown));
        }

        foreach (List<FreedTask> tasks in _byCpu)
            tasks.Sort((left, right) => (left.QueuedRow, left.FreeRow).CompareTo((right.QueuedRow, right.FreeRow)));
    }

    /// <summary>The tasks freed on a CPU.</summary>
    public IReadOnlyList<FreedTask> On(int cpu) => _byCpu[cpu];

    /// <summary>Index of the first of a CPU's tasks that was queued at or after a row.</summary>
    public int FirstQueuedAtOrAfter(int cpu, int row)
    {
        List<FreedTask> tasks = _byCpu[cpu];
        int low = 0, high = tasks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (tasks[middle].QueuedRow < row)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
