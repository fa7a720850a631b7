using ForkTrace.Events;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// When CPUs went offline and who took them down. A recording shows each step of the way (<see cref="EventKind.CpuDown"/>); the last one
/// counts, for the cache is emptied among the steps after the CPU's death. A CPU is back with the next event on it.
/// </summary>
internal sealed class CpuAbsences
{
    private readonly List<Absence>[] _ofCpu;

    public CpuAbsences(EventTable events)
    {
        _ofCpu = new List<Absence>[Math.Max(1, events.Facts.Cpus)];
        if (events.Facts.CountOf(EventKind.CpuDown) == 0)
            return;
        int[] lastStep = new int[_ofCpu.Length];
        Array.Fill(lastStep, -1);
        for (int row = 0; row < events.Count; row++)
            Note(events, row, lastStep);
        for (int cpu = 0; cpu < lastStep.Length; cpu++)
            Close(events, cpu, lastStep, events.Count);
    }

    /// <summary>The CPUs that went offline, each with the row of the last step.</summary>
    public IEnumerable<(int Row, int Cpu)> Departures =>
        _ofCpu.SelectMany((absences, cpu) => (absences ?? []).Select(absence => (absence.FromRow, cpu)));

    /// <summary>
    /// Where an RCU callback that was queued on a CPU runs at a row: there, or if that is offline, on the CPU that took it down
    /// (rcutree_migrate_callbacks, kernel/rcu/tree.c).
    /// </summary>
    public int CallbackCpu(int cpu, int row)
    {
        List<Absence>? absences = _ofCpu[cpu];
        for (int index = 0; absences is not null && index < absences.Count; index++)
        {
            if (row >= absences[index].FromRow && row < absences[index].ToRow)
                return absences[index].ByCpu;
        }

        return cpu;
    }

    private void Note(EventTable events, int row, int[] lastStep)
    {
        bool isStep = events.Kinds[row] == EventKind.CpuDown;
        if (!isStep)
        {
            Close(events, events.Cpus[row], lastStep, row);
            return;
        }

        // The CPU's own last steps come before its death; what takes it down runs elsewhere.
        long cpu = events.Values[row];
        if ((ulong)cpu < (ulong)lastStep.Length && cpu != events.Cpus[row])
            lastStep[cpu] = row;
    }

    private void Close(EventTable events, int cpu, int[] lastStep, int row)
    {
        if (lastStep[cpu] < 0)
            return;
        (_ofCpu[cpu] ??= []).Add(new Absence(lastStep[cpu], row, events.Cpus[lastStep[cpu]]));
        lastStep[cpu] = -1;
    }

    private readonly record struct Absence(int FromRow, int ToRow, int ByCpu);
}
