namespace ForkTrace.Lifecycle.Rcu;

/// <summary>Per CPU, the tasks whose own RCU callback ran there, in the order in which the callbacks were queued.</summary>
internal sealed class FreedTasks
{
    // A callback waits for two grace periods at most. In each of them its CPU looks three times: it sees the start, reports its quiescent
    // state and sees the end (kernel/rcu/tree.c). Twice that number is certainly too late for the assumed queueing. So the task was reaped
    // later, by a wait that the trace does not show as such (__WCLONE, a parent that died).
    private const int MostBursts = 2 * 2 * 3;

    private readonly List<FreedTask>[] _byCpu;

    // In order of queueing. Then, by index into it, the lowest row of a free from there on.
    private readonly FreedTask[] _all;
    private readonly int[] _firstFreeFrom;

    public FreedTasks(EventTable events, TaskLives lives, Reaping reaping, SoftirqBursts bursts)
    {
        int[] queuedRow = reaping.QueuedRow;
        _byCpu = [.. Enumerable.Range(0, bursts.Cpus).Select(_ => new List<FreedTask>())];
        ulong[] inOrder = InOrder(queuedRow, lives.FreeRow[..events.Facts.Tasks]);
        _all = new FreedTask[inOrder.Length];
        for (int index = 0; index < _all.Length; index++)
        {
            int queued = (int)(inOrder[index] >> 32), free = (int)inOrder[index];
            int cpu = events.Cpus[free];
            int burst = bursts.IndexBefore(cpu, free);
            bool isQueueKnown = burst - bursts.IndexBefore(cpu, queued) <= MostBursts
                && !lives.Gaps.MayHide(cpu, events.TimesNs[queued], events.TimesNs[free]);
            _byCpu[cpu].Add(_all[index] = new FreedTask(queued, free, burst, isQueueKnown));
        }

        _firstFreeFrom = new int[_all.Length];
        int first = int.MaxValue;
        for (int index = _all.Length - 1; index >= 0; index--)
            _firstFreeFrom[index] = first = Math.Min(first, _all[index].FreeRow);
    }

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => _byCpu.Length;

    /// <summary>The tasks freed on all CPUs.</summary>
    public ReadOnlySpan<FreedTask> All => _all;

    /// <summary>The tasks freed on a CPU.</summary>
    public IReadOnlyList<FreedTask> On(int cpu) => _byCpu[cpu];

    /// <summary>Index of the first of a CPU's tasks that was queued at or after a row.</summary>
    public int FirstQueuedAtOrAfter(int cpu, int row) => FirstQueuedAtOrAfter(CollectionsMarshal.AsSpan(_byCpu[cpu]), row);

    /// <summary>
    /// First row of a free, on any CPU, of a task that was queued at or after a row. A whole grace period has passed between the two rows,
    /// since grace periods belong to the whole machine. -1 if there is none.
    /// </summary>
    public int FirstFreeOnAnyCpu(int row)
    {
        int index = FirstQueuedAtOrAfter(_all, row);
        return index < _all.Length ? _firstFreeFrom[index] : -1;
    }

    // Both rows in one number: that of queueing first, then that of the free.
    private static ulong[] InOrder(int[] queuedRow, ReadOnlySpan<int> freeRow)
    {
        List<ulong> inOrder = new(freeRow.Length);
        for (int task = 0; task < freeRow.Length; task++)
        {
            if (freeRow[task] >= 0 && queuedRow[task] >= 0)
                inOrder.Add(((ulong)queuedRow[task] << 32) | (uint)freeRow[task]);
        }

        inOrder.Sort();
        return [.. inOrder];
    }

    private static int FirstQueuedAtOrAfter(ReadOnlySpan<FreedTask> tasks, int row)
    {
        int low = 0, high = tasks.Length;
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

/// <summary>A task whose own RCU callback was seen to run, by sched_process_free.</summary>
/// <param name="QueuedRow">Row at or after which the callback was queued.</param>
/// <param name="FreeRow">Row of sched_process_free.</param>
/// <param name="Burst">Index, among the bursts of its CPU, of the burst that ran it.</param>
/// <param name="IsQueueKnown">False if it ran so late that it must have been queued later than the recording shows, or after a gap.</param>
internal readonly record struct FreedTask(int QueuedRow, int FreeRow, int Burst, bool IsQueueKnown);
