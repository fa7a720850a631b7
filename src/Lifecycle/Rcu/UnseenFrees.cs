using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// What it means that a recording does not show the sched_process_free of a dead task. Callbacks of a CPU run in the order in which they
/// were queued (rcu_segcblist), so of two tasks of one CPU the later is not freed first. If at least half of the tasks that must have been
/// freed, since a later one was, are seen to be, then the recorder saw the whole machine, and a free that it does not show had not
/// happened when the recording ended. Else it saw only some tasks (perf record without -a), and the free may have happened at any time.
/// </summary>
internal sealed class UnseenFrees
{
    public UnseenFrees(FreedTasks freed, TaskLives lives, Reaping reaping)
    {
        int[] lastQueued = [.. Enumerable.Range(0, freed.Cpus).Select(cpu => freed.On(cpu).Count > 0 ? freed.On(cpu)[^1].QueuedRow : -1)];
        int seen = lastQueued.Length == 0 ? 0 : Enumerable.Range(0, freed.Cpus).Sum(cpu => freed.On(cpu).Count);
        int missed = 0;
        for (int task = 0; task < lives.Count; task++)
        {
            int queued = reaping.QueuedRow[task];
            if (queued >= 0 && lives.FreeRow[task] < 0 && !lives.IsFailedFork(task) && queued < lastQueued[reaping.QueuedCpu[task]])
                missed++;
        }

        AreAfterTheEnd = seen > 0 && seen >= missed;
    }

    /// <summary>True if a task whose free is not seen, and that no gap hides, was freed after the recording ended, or never.</summary>
    public bool AreAfterTheEnd { get; }
}
