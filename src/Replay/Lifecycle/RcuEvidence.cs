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
/// <para>
/// What is proven may still lie back a grace period or more: where the proof comes from another CPU, or from a task whose callback was
/// queued so much later that it may have gone to a later grace period. If softirqs were recorded, it ran in one of those: behind the
/// last callback queued on its CPU before it, if that was shortly before, else in the softirq at the trace's usual delay, after the one
/// that handed it to a grace period (rcu_accelerate_cbs) and not before what was queued earlier.
/// </para>
/// <para>
/// Proofs rest on releases, which are seen; only the choice between softirqs rests on when tasks were reaped, which is inferred.
/// </para>
/// </summary>
internal sealed class RcuEvidence
{
    // A CPU hands its callbacks to a grace period in softirqs that ticks raise (HZ=250: every 4 ms), so callbacks queued close together
    // mostly go to the same one. How close is a choice: of 4 to 10 ms, tried on the recordings of docs/fidelity.md and their like, this
    // one was taken. The kernel has no such number.
    private const long SameGracePeriodNs = 6_000_000;

    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly int[] _queuedRow;
    private readonly int[][] _softirqsByCpu;
    private readonly List<int> _uncertain = [];

    public RcuEvidence(EventTable events, TaskLives lives, CallbackTruth? callbacks)
    {
        _events = events;
        _lives = lives;
        _queuedRow = new Reaping(events, lives).QueuedRow;
        _softirqsByCpu = SoftirqRows();
        ProofRow = NewRows(lives.Count);
        List<int> dead = [];
        List<int> freeRows = [];
        for (int task = 0; task < ProofRow.Length; task++)
        {
            if (lives.ReleaseRow[task] < 0)
                continue;
            dead.Add(task);
            if (lives.FreeRow[task] >= 0)
                freeRows.Add(lives.FreeRow[task]);
        }

        Prove(dead, freeRows);
        if (_uncertain.Count > 0)
            Place(dead, freeRows);
        if (callbacks is not null)
            Correct(dead, callbacks);
    }

    /// <summary>By task: the row of the event before which the callback ran; -1 where no event tells.</summary>
    public int[] ProofRow { get; }

    private static int[] NewRows(int count)
    {
        int[] rows = new int[count];
        Array.Fill(rows, -1);
        return rows;
    }

    // Walks both lists backwards: tasks from the last released, frees in falling order of their own task's release.
    private void Prove(List<int> dead, List<int> freeRows)
    {
        dead.Sort((left, right) => _lives.ReleaseRow[left].CompareTo(_lives.ReleaseRow[right]));
        freeRows.Sort((left, right) => ReleaseRowOf(right).CompareTo(ReleaseRowOf(left)));
        int[] earliestOnCpu = NewRows(Math.Max(1, _events.Facts.Cpus));
        int earliest = -1;
        int next = 0;
        for (int index = dead.Count - 1; index >= 0; index--)
        {
            int task = dead[index];
            for (; next < freeRows.Count && ReleaseRowOf(freeRows[next]) >= _lives.ReleaseRow[task]; next++)
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
        int ownFree = _lives.FreeRow[task];
        if (_lives.ReapedItself(task) && ownFree >= 0 && _events.Cpus[ownFree] == cpu)
            return ownFree;
        bool hasSoftirqs = _softirqsByCpu[cpu].Length > 0;
        if (freeAnywhere < 0 || (freeOnCpu >= 0 && !hasSoftirqs))
            return freeOnCpu;
        if (freeAnywhere == freeOnCpu)
        {
            bool isLoose = TimeOf(QueuedRowOf(freeOnCpu)) - TimeOf(_lives.ReleaseRow[task]) > SameGracePeriodNs;
            if (isLoose)
                _uncertain.Add(task);
            return freeOnCpu;
        }

        if (hasSoftirqs)
            _uncertain.Add(task);
        int run = RunRow(task, cpu, freeAnywhere);
        return run < 0 ? freeOnCpu : freeOnCpu < 0 ? run : Math.Min(run, freeOnCpu);
    }

    // The CPU that saw the grace period's end first handled it in its softirq around the free; it had not ended by that CPU's softirq
    // before. So the callback runs in the first softirq of its own CPU after that.
    private int RunRow(int task, int cpu, int freeRow)
    {
        int[] softirqs = _softirqsByCpu[cpu];
        int[] others = _softirqsByCpu[_events.Cpus[freeRow]];
        if (softirqs.Length == 0 || others.Length == 0)
            return freeRow;
        int around = IndexAtOrAfter(others, freeRow) - 1;
        int releaseRow = _lives.ReleaseRow[task];
        int first = IndexAtOrAfter(softirqs, Math.Max(releaseRow, around > 0 ? others[around - 1] : releaseRow) + 1);
        return first < softirqs.Length ? softirqs[first] + 1 : -1;
    }

    // Walks forwards. On each CPU, of the callbacks known to have been queued so far: the last one's row, and the latest row of any.
    private void Place(List<int> dead, List<int> freeRows)
    {
        long usualDelayNs = UsualDelayNs(dead);
        HashSet<int> uncertain = [.. _uncertain];
        freeRows.Sort((left, right) => QueuedRowOf(left).CompareTo(QueuedRowOf(right)));
        int[] lastQueued = NewRows(Math.Max(1, _events.Facts.Cpus));
        int[] latestRun = NewRows(Math.Max(1, _events.Facts.Cpus));
        int next = 0;
        foreach (int task in dead)
        {
            for (; next < freeRows.Count && QueuedRowOf(freeRows[next]) < _lives.ReleaseRow[task]; next++)
            {
                ushort freeCpu = _events.Cpus[freeRows[next]];
                lastQueued[freeCpu] = freeRows[next];
                latestRun[freeCpu] = Math.Max(latestRun[freeCpu], freeRows[next]);
            }

            int cpu = _lives.ReleaseCpu(task);
            if (uncertain.Contains(task))
                ProofRow[task] = IsShortlyBefore(lastQueued[cpu], task) ? lastQueued[cpu] + 1 : RunAtUsualDelay(task, latestRun[cpu], usualDelayNs);
        }
    }

    private bool IsShortlyBefore(int freeRow, int task) =>
        freeRow > _lives.ReleaseRow[task] && TimeOf(_lives.ReleaseRow[task]) - TimeOf(QueuedRowOf(freeRow)) <= SameGracePeriodNs;

    private long UsualDelayNs(List<int> dead)
    {
        List<long> delaysNs = [];
        foreach (int task in dead)
        {
            if (ProofRow[task] >= 0 && ProofRow[task] < _events.Count)
                delaysNs.Add(TimeOf(ProofRow[task]) - TimeOf(_lives.ReleaseRow[task]));
        }

        delaysNs.Sort();
        return delaysNs.Count == 0 ? 0 : delaysNs[delaysNs.Count / 2];
    }

    private int RunAtUsualDelay(int task, int notBefore, long usualDelayNs)
    {
        int[] softirqs = _softirqsByCpu[_lives.ReleaseCpu(task)];
        int first = IndexAtOrAfter(softirqs, _lives.ReleaseRow[task]) + 1;
        if (notBefore >= 0)
            first = Math.Max(first, IndexAtOrAfter(softirqs, notBefore) - 1);
        long wantedNs = TimeOf(_lives.ReleaseRow[task]) + usualDelayNs;
        int nearest = ProofRow[task];
        long distanceNs = long.MaxValue;
        for (int index = first; index < softirqs.Length && (ProofRow[task] < 0 || softirqs[index] < ProofRow[task]); index++)
        {
            long gapNs = Math.Abs(_events.TimesNs[softirqs[index]] - wantedNs);
            if (gapNs > distanceNs)
                break;
            (nearest, distanceNs) = (softirqs[index] + 1, gapNs);
        }

        return nearest;
    }

    // Tasks come in order of release. One that was not queued gets the row of the next that was: no later than that it would have run.
    private void Correct(List<int> dead, CallbackTruth callbacks)
    {
        int[] nextRun = NewRows(Math.Max(1, _events.Facts.Cpus));
        for (int index = dead.Count - 1; index >= 0; index--)
        {
            int cpu = _lives.ReleaseCpu(dead[index]);
            int run = callbacks.RowOf(dead[index]);
            if (run >= 0)
                nextRun[cpu] = run;
            if (nextRun[cpu] >= 0)
                ProofRow[dead[index]] = nextRun[cpu];
        }
    }

    private static int IndexAtOrAfter(int[] rows, int row)
    {
        int index = Array.BinarySearch(rows, row);
        return index < 0 ? ~index : index;
    }

    private int ReleaseRowOf(int freeRow) => _lives.ReleaseRow[_events.Tasks[freeRow]];

    private int QueuedRowOf(int freeRow) => _queuedRow[_events.Tasks[freeRow]];

    private long TimeOf(int row) => row < _events.Count ? _events.TimesNs[row] : _events.Facts.LastNs;

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
