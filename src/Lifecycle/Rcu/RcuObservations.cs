namespace ForkTrace.Lifecycle.Rcu;

/// <summary>What a trace shows about RCU's progress, by position in <see cref="SoftirqBursts"/>.</summary>
internal sealed class RcuObservations
{
    private readonly SoftirqBursts _bursts;
    private readonly RcuObservation[][] _at;
    private readonly double[] _costOfRunning;

    // By CPU, for stacks that may wait for RCU: the position of the burst that assigns the callback, and the number of bursts before it.
    private readonly Positions[] _handed;
    private readonly Positions[] _queued;

    public RcuObservations(SoftirqBursts bursts, FreedTasks freed, TaskLives lives)
    {
        _bursts = bursts;
        _at = new RcuObservation[bursts.InOrder.Length][];
        for (int cpu = 0; cpu < bursts.Cpus; cpu++)
            Observe(cpu, freed);
        _costOfRunning = new BurstDurations(bursts, HasAt).CostOfRunning;
        List<int>[] handed = Lists(), queued = Lists();
        for (int task = 0; task < lives.Count; task++)
        {
            if (lives.ReleaseRow[task] < 0 || lives.ReapedItself(task))
                continue;
            int cpu = lives.ReleaseCpu(task);
            int next = bursts.IndexBefore(cpu, lives.ReleaseRow[task]) + 1;
            if (next == bursts.CountOn(cpu))
                continue;
            handed[cpu].Add(bursts.PositionOf(cpu, next));
            queued[cpu].Add(bursts.PositionsBefore(lives.ReleaseRow[task]));
        }

        _handed = Sorted(handed);
        _queued = Sorted(queued);
    }

    /// <summary>The callbacks seen to run in a burst.</summary>
    public ReadOnlySpan<RcuObservation> At(int position) => _at[position];

    /// <summary>True if callbacks of tasks were seen to run in a burst, even if it is unknown when they were queued.</summary>
    public bool HasAt(int position) => _at[position] is not null;

    /// <summary>
    /// Cost of assuming that callbacks of stacks ran in a burst in which no task's callback was seen; 0 if no stack's callback was due.
    /// </summary>
    /// <param name="position">The burst.</param>
    /// <param name="cpu">Its CPU.</param>
    /// <param name="ended">The grace period whose end the CPU sees first in this burst.</param>
    /// <param name="done">Begin of the last grace period whose end the CPU had seen before; -1 if there is none.</param>
    public double CostOfRunning(int position, int cpu, GracePeriod ended, int done)
    {
        if (HasAt(position))
            return 0;
        ref Positions waiting = ref (ended.Cpu == cpu ? _queued : _handed)[cpu];
        return waiting.AnyIn(done, ended.Begin, position) ? _costOfRunning[position] : 0;
    }

    private void Observe(int cpu, FreedTasks freed)
    {
        foreach (IGrouping<int, FreedTask> burst in freed.On(cpu).Where(task => task.Burst >= 0).GroupBy(task => task.Burst))
        {
            _at[_bursts.PositionOf(cpu, burst.Key)] =
            [
                .. burst.Where(task => task.IsQueueKnown && _bursts.IndexBefore(cpu, task.QueuedRow) < burst.Key)
                    .GroupBy(task => (
                        Queued: _bursts.PositionsBefore(task.QueuedRow),
                        Handed: _bursts.PositionOf(cpu, _bursts.IndexBefore(cpu, task.QueuedRow) + 1)))
                    .Select(group => new RcuObservation(group.Key.Queued, group.Key.Handed, group.Count())),
            ];
        }
    }

    private List<int>[] Lists() => [.. Enumerable.Range(0, _bursts.Cpus).Select(_ => new List<int>())];

    private static Positions[] Sorted(List<int>[] lists) => [.. lists.Select(list => new Positions([.. list.Distinct().Order()]))];

    // Distinct positions in rising order. Queries are near a position that moves forward.
    private struct Positions(int[] sorted)
    {
        private int _next;

        // True if a position lies in [from, before). 'from' must not be behind the search.
        public bool AnyIn(int from, int before, int now)
        {
            while (_next < sorted.Length && sorted[_next] < now)
                _next++;
            int last = _next - 1;
            while (last >= 0 && sorted[last] >= before)
                last--;
            return last >= 0 && sorted[last] >= from;
        }
    }
}

/// <summary>Callbacks that were seen to run in a burst.</summary>
/// <param name="Queued">Number of bursts of all CPUs that began before they were queued.</param>
/// <param name="Handed">Position of their CPU's first burst after that.</param>
/// <param name="Callbacks">Number of callbacks.</param>
internal readonly record struct RcuObservation(int Queued, int Handed, int Callbacks);
