using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// For each dead task, when an RCU callback queued at its release would have run, told from sched_process_free and softirq events.
/// <para>
/// A task's own callback, delayed_put_task_struct, is queued at its release or when it is reaped, whichever is later. So when the
/// sched_process_free of a task T is seen, a whole grace period has passed since T's release; and since grace periods are the whole
/// machine's, every callback that was queued on any CPU before T's release is due as well (kernel/rcu/tree.c).
/// </para>
/// <para>
/// It runs in its own CPU's next RCU softirq, in the order in which that CPU's callbacks were queued (rcu_segcblist). So the first
/// sched_process_free on that very CPU of a task released later proves that it has run, and a task that reaped itself is freed right
/// behind its own stack's callback (finish_task_switch queues the stack's first).
/// </para>
/// </summary>
internal sealed class RcuEvidence
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly int[][] _softirqsByCpu;

    public RcuEvidence(EventTable events, TaskLives lives, CallbackTruth? callbacks)
    {
        _events = events;
        _lives = lives;
        _softirqsByCpu = SoftirqRows();
        ProofRow = NewRows(lives.Count);
        List<int> releases = [];
        List<int> frees = [];
        for (int task = 0; task < ProofRow.Length; task++)
        {
            if (lives.ReleaseRow[task] < 0)
                continue;
            releases.Add(task);
            if (lives.FreeRow[task] >= 0)
                frees.Add(lives.FreeRow[task]);
        }

        Prove(releases, frees);
        if (callbacks is not null)
            Correct(releases, callbacks);
    }

    /// <summary>By task: the row of the event before which the callback ran; -1 where no event tells.</summary>
    public int[] ProofRow { get; }

    private static int[] NewRows(int count)
    {
        int[] rows = new int[count];
        Array.Fill(rows, -1);
        return rows;
    }

    // Tasks come in order of release. One that was not queued gets the row of the next that was: no later than that it would have run.
    private void Correct(List<int> tasks, CallbackTruth callbacks)
    {
        int[] nextRun = NewRows(Math.Max(1, _events.Facts.Cpus));
        for (int index = tasks.Count - 1; index >= 0; index--)
        {
            int cpu = _lives.ReleaseCpu(tasks[index]);
            int run = callbacks.RowOf(tasks[index]);
            if (run >= 0)
                nextRun[cpu] = run;
            if (nextRun[cpu] >= 0)
                ProofRow[tasks[index]] = nextRun[cpu];
        }
    }

    // Walks both lists backwards: releases from the last, frees in falling order of their own task's release.
    private void Prove(List<int> tasks, List<int> freeRows)
    {
        tasks.Sort((left, right) => ReleaseRowOf(left).CompareTo(ReleaseRowOf(right)));
        freeRows.Sort((left, right) => ReleaseOf(right).CompareTo(ReleaseOf(left)));
        int[] earliestOnCpu = NewRows(Math.Max(1, _events.Facts.Cpus));
        int earliest = -1;
        int next = 0;
        for (int index = tasks.Count - 1; index >= 0; index--)
        {
            int task = tasks[index];
            int releaseRow = ReleaseRowOf(task);
            for (; next < freeRows.Count && ReleaseOf(freeRows[next]) >= releaseRow; next++)
            {
                ref int onCpu = ref earliestOnCpu[_events.Cpus[freeRows[next]]];
                onCpu = onCpu < 0 ? freeRows[next] : Math.Min(onCpu, freeRows[next]);
                earliest = earliest < 0 ? freeRows[next] : Math.Min(earliest, freeRows[next]);
            }

            ProofRow[task] = ProofOf(task, earliestOnCpu[_lives.ReleaseCpu(task)], earliest);
        }
    }

    private int ProofOf(int task, int freeOnCpu, int freeAnywhere)
    {
        int cpu = _lives.ReleaseCpu(task);
        if (_lives.ReapedItself(task) && _lives.FreeRow[task] >= 0 && _events.Cpus[_lives.FreeRow[task]] == cpu)
            return _lives.FreeRow[task];
        bool hasSoftirqs = _softirqsByCpu[cpu].Length > 0;
        if (freeAnywhere < 0 || freeAnywhere == freeOnCpu || (freeOnCpu >= 0 && !hasSoftirqs))
            return freeOnCpu;
        int due = RunRow(ReleaseRowOf(task), cpu, freeAnywhere);
        return due < 0 ? freeOnCpu : freeOnCpu < 0 ? due : Math.Min(due, freeOnCpu);
    }

    // The CPU that saw the grace period's end first handled it in its softirq around the free; it had not ended by that CPU's softirq
    // before. So the callback runs in the first softirq of its own CPU after that.
    private int RunRow(int releaseRow, int cpu, int freeRow)
    {
        int[] softirqs = _softirqsByCpu[cpu];
        int[] others = _softirqsByCpu[_events.Cpus[freeRow]];
        if (softirqs.Length == 0 || others.Length == 0)
            return freeRow;
        int around = Array.BinarySearch(others, freeRow);
        around = (around < 0 ? ~around : around) - 1;
        int notBefore = Math.Max(releaseRow, around > 0 ? others[around - 1] : releaseRow);
        int first = Array.BinarySearch(softirqs, notBefore);
        first = first < 0 ? ~first : first + 1;
        return first < softirqs.Length ? softirqs[first] + 1 : -1;
    }

    private int ReleaseRowOf(int task) => _lives.ReleaseRow[task];

    private int ReleaseOf(int freeRow) => _lives.ReleaseRow[_events.Tasks[freeRow]];

    private int[][] SoftirqRows()
    {
        List<int>[] rows = new List<int>[Math.Max(1, _events.Facts.Cpus)];
        for (int cpu = 0; cpu < rows.Length; cpu++)
            rows[cpu] = [];
        ReadOnlySpan<EventKind> kinds = _events.Kinds;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] == EventKind.RcuSoftirqEntry)
                rows[_events.Cpus[row]].Add(row);
        }

        return [.. rows.Select(list => list.ToArray())];
    }
}
