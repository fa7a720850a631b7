using ForkTrace.Events;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// When CPUs went offline and who took them down. A recording shows each step of the way (<see cref="EventKind.CpuDown"/>). The first,
/// takedown_cpu, moves the CPU's RCU callbacks; the last one counts for its cache, which is emptied among the steps after its death. A CPU
/// is back with the next event on it.
/// </summary>
internal sealed class CpuAbsences
{
    private readonly List<Absence>[] _ofCpu;

    public CpuAbsences(EventTable events)
    {
        _ofCpu = new List<Absence>[Math.Max(1, events.Facts.Cpus)];
        if (events.Facts.CountOf(EventKind.CpuDown) == 0)
            return;
        (int First, int Last)[] steps = new (int, int)[_ofCpu.Length];
        Array.Fill(steps, (-1, -1));
        for (int row = 0; row < events.Count; row++)
            Note(events, row, steps);
        for (int cpu = 0; cpu < steps.Length; cpu++)
            Close(events, cpu, steps);
    }

    /// <summary>The CPUs that went offline, each with the row of the last step.</summary>
    public IEnumerable<(int Row, int Cpu)> Departures =>
        _ofCpu.SelectMany((absences, cpu) => (absences ?? []).Select(absence => (absence.LastRow, cpu)));

    /// <summary>
    /// Where an RCU callback that was queued on a CPU at a row waits at a later one: there, or if the CPU went offline in between, on the
    /// CPU that took it down, which has it for good (rcutree_migrate_callbacks, kernel/rcu/tree.c).
    /// </summary>
    public int CallbackCpu(int cpu, int queuedRow, int row)
    {
        while (NextHome(cpu, queuedRow, row) is { } home)
            (cpu, queuedRow) = home;
        return cpu;
    }

    /// <summary>The first time that such a callback moves: to which CPU, and at which row it is queued there; null if it does not.</summary>
    public (int Cpu, int Row)? NextHome(int cpu, int queuedRow, int row)
    {
        List<Absence>? absences = _ofCpu[cpu];
        for (int index = 0; absences is not null && index < absences.Count; index++)
        {
            Absence absence = absences[index];
            if (absence.FirstRow > queuedRow)
                return absence.FirstRow <= row ? (absence.ByCpu, absence.FirstRow) : null;
        }

        return null;
    }

    private void Note(EventTable events, int row, (int First, int Last)[] steps)
    {
        bool isStep = events.Kinds[row] == EventKind.CpuDown;
        if (!isStep)
        {
            Close(events, events.Cpus[row], steps);
            return;
        }

        // The CPU's own last steps come before its death; what takes it down runs elsewhere.
        long cpu = events.Values[row];
        if ((ulong)cpu < (ulong)steps.Length && cpu != events.Cpus[row])
            steps[cpu] = (steps[cpu].First < 0 ? row : steps[cpu].First, row);
    }

    private void Close(EventTable events, int cpu, (int First, int Last)[] steps)
    {
        (int first, int last) = steps[cpu];
        if (first < 0)
            return;
        (_ofCpu[cpu] ??= []).Add(new Absence(first, last, events.Cpus[last]));
        steps[cpu] = (-1, -1);
    }

    private readonly record struct Absence(int FirstRow, int LastRow, int ByCpu);
}
