using ForkTrace.Lifecycle.Gaps;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// For each dead task: when an RCU callback queued at its release would have run, derived from sched_process_free and softirq events.
/// <para>
/// A task's own callback, delayed_put_task_struct, is queued at its release or when it is reaped, whichever is later, and a CPU runs its
/// callbacks in the order in which they were queued (rcu_segcblist). So if a task's callback was queued later on the same CPU, its
/// sched_process_free proves that the stack's callback has run. A task that reaped itself is freed directly after its own stack's callback
/// (finish_task_switch queues the stack's first).
/// </para>
/// <para>
/// The callback may have run a grace period or more before its proof. If RCU softirqs were recorded, it ran in one of them: together with
/// the callbacks that were queued between the same two bursts of softirqs, since these are assigned to a grace period together
/// (rcu_accelerate_cbs); otherwise in the first burst after the grace period that it waited for (<see cref="GracePeriodSearch"/>), in the
/// order of the queue.
/// </para>
/// </summary>
internal sealed class RcuEvidence
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly CpuAbsences _absences;
    private readonly SoftirqBursts _bursts;
    private readonly FreedTasks _freed;
    private readonly List<GracePeriod> _periods;
    private readonly int[] _periodBegins;

    public RcuEvidence(
        EventTable events, TaskLives lives, Reaping reaping, CpuAbsences absences, CallbackTruth? callbacks, FreesBefore? freesBefore)
    {
        _events = events;
        _lives = lives;
        _absences = absences;
        _bursts = new SoftirqBursts(events, lives.Gaps);
        _freed = new FreedTasks(events, lives, reaping, _bursts);
        Unseen = new UnseenFrees(events, _freed, lives, reaping, freesBefore);
        _periods = GracePeriodSearch.Run(_bursts, new RcuObservations(_bursts, _freed, lives));
        _periodBegins = [.. _periods.Select(period => period.Begin)];
        ProofRow = new int[lives.Count];
        Array.Fill(ProofRow, -1);
        for (int task = 0; task < lives.Count; task++)
        {
            if (lives.ReleaseRow[task] >= 0)
                ProofRow[task] = RowOf(task);
        }

        if (callbacks is not null)
            Correct(callbacks);
    }

    /// <summary>By task: the row of the event before which the callback ran; -1 if no event shows it.</summary>
    public int[] ProofRow { get; }

    /// <summary>What is known about frees that the recording does not show.</summary>
    public UnseenFrees Unseen { get; }

    /// <summary>By row of a free: waiting time of its callback, ns; negative if unknown.</summary>
    public long[] WaitsNs()
    {
        long[] waitsNs = new long[_events.Count];
        Array.Fill(waitsNs, -1);
        foreach (FreedTask task in _freed.All)
        {
            if (task.IsQueueKnown)
                waitsNs[task.FreeRow] = _events.TimesNs[task.FreeRow] - _events.TimesNs[task.QueuedRow];
        }

        return waitsNs;
    }

    private int RowOf(int task)
    {
        int cpu = _lives.ReleaseCpu(task);
        int ownFree = _lives.FreeRow[task];
        int takedown = _absences.TakedownAfter(cpu, _lives.ReleaseRow[task]);
        if (_lives.ReapedItself(task) && ownFree >= 0 && (_events.Cpus[ownFree] == cpu || ownFree > takedown))
            return ownFree;
        int row = RowOf(task, cpu);
        return takedown < int.MaxValue && (row < 0 || row > takedown) ? takedown : row;
    }

    private int RowOf(int task, int cpu)
    {
        int next = _freed.FirstQueuedAtOrAfter(cpu, _lives.ReleaseRow[task]);
        int proof = next < _freed.On(cpu).Count ? _freed.On(cpu)[next].FreeRow : -1;
        int row = _bursts.CountOn(cpu) == 0 ? proof : RowInBurst(task, cpu, next, proof);
        return row >= 0 ? row : _freed.FirstFreeOnAnyCpu(_lives.ReleaseRow[task]);
    }

    private int RowInBurst(int task, int cpu, int next, int proof)
    {
        int release = _lives.ReleaseRow[task];
        int burst = _bursts.IndexBefore(cpu, release);
        if (next < _freed.On(cpu).Count && IsQueuedAfter(_freed.On(cpu)[next], cpu, burst))
            return proof;
        FreedTask? before = LastQueuedBefore(cpu, next);
        if (before is { } queuedBefore && IsQueuedAfter(queuedBefore, cpu, burst))
            return queuedBefore.FreeRow + 1;
        int row = RowAfterGracePeriod(cpu, release, burst + 1);
        if (row < 0)
            row = proof;
        if (before is { } earlier && earlier.FreeRow > release && row <= earlier.FreeRow)
            row = earlier.FreeRow + 1;
        return proof >= 0 ? Math.Min(row, proof) : row;
    }

    private bool IsQueuedAfter(FreedTask freed, int cpu, int burst) =>
        freed.IsQueueKnown && _bursts.IndexBefore(cpu, freed.QueuedRow) == burst;

    private FreedTask? LastQueuedBefore(int cpu, int next)
    {
        IReadOnlyList<FreedTask> freed = _freed.On(cpu);
        for (int index = next - 1; index >= 0; index--)
        {
            if (freed[index].IsQueueKnown)
                return freed[index];
        }

        return null;
    }

    // After the entry of the CPU's first burst after the first grace period that took the callback; -1 if none did.
    private int RowAfterGracePeriod(int cpu, int release, int handingBurst)
    {
        if (handingBurst >= _bursts.CountOn(cpu))
            return -1;
        int handed = _bursts.PositionOf(cpu, handingBurst);
        int queued = _bursts.PositionsBefore(release);
        int index = Array.BinarySearch(_periodBegins, queued);
        for (index = index < 0 ? ~index : index; index < _periods.Count; index++)
        {
            if (!_periods[index].Takes(cpu, queued, handed))
                continue;
            int burst = _bursts.IndexAtOrAfter(cpu, _periods[index].End);
            return burst < _bursts.CountOn(cpu) ? _bursts.FirstRowOf(cpu, burst) + 1 : -1;
        }

        return -1;
    }

    // In falling order of release. A callback that was not queued gets the row of the next one that was: it would have run by then.
    private void Correct(CallbackTruth callbacks)
    {
        int[] nextRun = new int[Math.Max(1, _events.Facts.Cpus)];
        Array.Fill(nextRun, -1);
        foreach (int task in Enumerable.Range(0, _lives.Count).OrderByDescending(task => _lives.ReleaseRow[task]))
        {
            if (_lives.ReleaseRow[task] < 0)
                break;
            int cpu = _lives.ReleaseCpu(task);
            int run = callbacks.RowOf(task);
            if (run >= 0)
                nextRun[cpu] = run;
            if (nextRun[cpu] >= 0)
                ProofRow[task] = nextRun[cpu];
        }
    }
}
