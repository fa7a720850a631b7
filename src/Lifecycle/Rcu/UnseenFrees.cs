using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// What it means if a recording does not show the sched_process_free of a dead task. A CPU runs its callbacks in the order in which they
/// were queued (rcu_segcblist), so of two tasks of one CPU, the later one is not freed first. A task must have been freed if a later one
/// was. If the recording shows the frees of at least half of these tasks, the recorder saw the whole machine, and a free that is missing
/// had not happened when the recording ended. Otherwise the recorder saw only some tasks (perf record without -a), and the free may have
/// happened at any time. A recording without any free says nothing: frees may not have been recorded.
/// </summary>
internal sealed class UnseenFrees
{
    // With fewer dead tasks, their frees say too little about grace periods.
    private const int LeastTasks = 10;

    // By CPU: the first row at which a callback was queued that has not run.
    private readonly int[] _waitingFrom;

    /// <param name="events">The rows.</param>
    /// <param name="freed">Tasks whose frees are in these rows.</param>
    /// <param name="lives">All tasks.</param>
    /// <param name="reaping">When their callbacks were queued.</param>
    /// <param name="freesBefore">Frees seen before these rows; null for none.</param>
    public UnseenFrees(EventTable events, FreedTasks freed, TaskLives lives, Reaping reaping, FreesBefore? freesBefore)
    {
        int[] lastQueued = [.. Enumerable.Range(0, freed.Cpus).Select(cpu => freed.On(cpu) is { Count: > 0 } tasks ? tasks[^1].QueuedRow : -1)];
        List<long> waitsNs = [.. freesBefore?.WaitsNs ?? []];
        foreach (FreedTask task in freed.All)
        {
            if (task.IsQueueKnown)
                waitsNs.Add(events.TimesNs[task.FreeRow] - events.TimesNs[task.QueuedRow]);
        }

        int missed = 0;
        _waitingFrom = new int[freed.Cpus];
        Array.Fill(_waitingFrom, int.MaxValue);
        for (int task = 0; task < lives.Count; task++)
        {
            int queued = reaping.QueuedRow[task];
            if (queued < 0 || lives.FreeRow[task] >= 0 || lives.IsFailedFork(task))
                continue;
            int cpu = reaping.QueuedCpu[task];
            if (queued < lastQueued[cpu])
            {
                missed++;
                continue;
            }

            waitsNs.Add(events.Facts.LastNs - events.TimesNs[queued]);
            if (lives.ReapedItself(task) && lives.GapOfFree(task) is null)
                _waitingFrom[cpu] = Math.Min(_waitingFrom[cpu], queued);
        }

        long allSeen = freed.All.Length + (freesBefore?.Count ?? 0);
        AreAfterTheEnd = allSeen > 0 && allSeen >= missed;
        GracePeriodNs = AreAfterTheEnd && waitsNs.Count >= LeastTasks ? MedianOf(CollectionsMarshal.AsSpan(waitsNs)) * 2 / 3 : 0;
    }

    /// <summary>True if a task was freed after the end of the recording, or never, when its free is not seen and no gap hides it.</summary>
    public bool AreAfterTheEnd { get; }

    /// <summary>True if a callback that a CPU queued at a row is behind another that had not run when the recording ended.</summary>
    public bool IsBehindWaiting(int cpu, int row) => AreAfterTheEnd && row >= _waitingFrom[cpu];

    /// <summary>
    /// Median length of a grace period, ns, from frees and from tasks that still wait for theirs. A callback waits for the rest of one
    /// grace period and for a whole one: one and a half lengths on average (kernel/rcu/tree.c). 0 if there are too few.
    /// </summary>
    public long GracePeriodNs { get; }

    // The middle value in sorted order (Hoare's selection).
    private static long MedianOf(Span<long> values)
    {
        int middle = values.Length / 2;
        for (int low = 0, high = values.Length - 1; low < high;)
        {
            long pivot = values[(low + high) / 2];
            int left = low, right = high;
            while (left <= right)
            {
                while (values[left] < pivot)
                    left++;
                while (values[right] > pivot)
                    right--;
                if (left > right)
                    break;
                (values[left], values[right]) = (values[right], values[left]);
                left++;
                right--;
            }

            if (middle <= right)
                high = right;
            else if (middle >= left)
                low = left;
            else
                break;
        }

        return values[middle];
    }
}
