using ForkTrace.Events;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// For each dead task, when an RCU callback queued at its release would have run, told from sched_process_free events. Callbacks of
/// a CPU run in the order in which they were queued (rcu_segcblist), and a task's own callback, delayed_put_task_struct, is queued at
/// or after its release. So the first sched_process_free on a CPU of any task that was released later than D proves that a callback
/// D queued there has run. For a task that reaped itself, its own sched_process_free is that event, right behind (finish_task_switch
/// queues the stack's callback, then the task's).
/// </summary>
internal sealed class RcuEvidence
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;

    public RcuEvidence(EventTable events, TaskLives lives)
    {
        _events = events;
        _lives = lives;
        ProofRow = new int[events.Facts.Tasks];
        Array.Fill(ProofRow, -1);
        List<int>[] releasesByCpu = NewLists();
        List<int>[] freesByCpu = NewLists();
        for (int task = 0; task < ProofRow.Length; task++)
        {
            if (lives.ReleaseRow[task] < 0)
                continue;
            releasesByCpu[events.Cpus[lives.ReleaseRow[task]]].Add(lives.ReleaseRow[task]);
            if (lives.FreeRow[task] >= 0)
                freesByCpu[events.Cpus[lives.FreeRow[task]]].Add(lives.FreeRow[task]);
        }

        for (int cpu = 0; cpu < releasesByCpu.Length; cpu++)
            Prove(releasesByCpu[cpu], freesByCpu[cpu]);
    }

    /// <summary>By task: the row of the event before which the callback ran; -1 where no event tells.</summary>
    public int[] ProofRow { get; }

    // Walks both lists backwards: releases from the last, frees in falling order of their own task's release.
    private void Prove(List<int> releaseRows, List<int> freeRows)
    {
        releaseRows.Sort();
        freeRows.Sort((left, right) => ReleaseOf(right).CompareTo(ReleaseOf(left)));
        int next = 0;
        int earliestFree = int.MaxValue;
        for (int index = releaseRows.Count - 1; index >= 0; index--)
        {
            int releaseRow = releaseRows[index];
            for (; next < freeRows.Count && ReleaseOf(freeRows[next]) >= releaseRow; next++)
                earliestFree = Math.Min(earliestFree, freeRows[next]);
            if (earliestFree != int.MaxValue)
                ProofRow[_events.Tasks[releaseRow]] = earliestFree;
        }
    }

    private int ReleaseOf(int freeRow) => _lives.ReleaseRow[_events.Tasks[freeRow]];

    private List<int>[] NewLists()
    {
        List<int>[] lists = new List<int>[Math.Max(1, _events.Facts.Cpus)];
        for (int cpu = 0; cpu < lists.Length; cpu++)
            lists[cpu] = [];
        return lists;
    }
}
