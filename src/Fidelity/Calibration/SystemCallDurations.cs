using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>Durations of the system calls that fork: each from entry to exit in the parent, with one task_newtask between.</summary>
internal sealed class SystemCallDurations(EventTable events)
{
    private readonly GroundTruth _truth = GroundTruth.Of(events);
    private readonly List<long>[] _hits = ForkDurations.Lists();
    private readonly List<long>[] _misses = ForkDurations.Lists();
    private readonly int[] _enterRow = NewRows(events.Facts.Tasks);
    private readonly int[] _birthRow = NewRows(events.Facts.Tasks);
    private readonly int[] _disturbedRow = NewRows(Math.Max(1, events.Facts.Cpus));

    /// <summary>Measures all.</summary>
    public ForkDurations Measure()
    {
        for (int row = 0; row < events.Count && _truth.Exists; row++)
            Note(row, events.Tasks[row]);
        return new ForkDurations(events.Facts, "from entry to exit of clone, clone3 and fork", ForkDurations.Kinded(_hits, _misses));
    }

    private static int[] NewRows(int count)
    {
        int[] rows = new int[count];
        Array.Fill(rows, -1);
        return rows;
    }

    private void Note(int row, int task)
    {
        switch (events.Kinds[row])
        {
            case EventKind.RcuSoftirqEntry or EventKind.DeathSwitch or EventKind.Switch:
                _disturbedRow[events.Cpus[row]] = row;
                break;
            case EventKind.ForkEnter when task >= 0:
                _enterRow[task] = row;
                _birthRow[task] = -1;
                break;
            case EventKind.NewTask when events.Others[row] >= 0:
                _birthRow[events.Others[row]] = row;
                break;
            case EventKind.ForkExit when task >= 0:
                Add(row, _enterRow[task], _birthRow[task]);
                _enterRow[task] = -1;
                break;
        }
    }

    // The child leaves the call too, but never entered it.
    private void Add(int row, int enter, int birth)
    {
        if (enter < 0 || birth < enter || events.Values[row] <= 0 || events.Cpus[enter] != events.Cpus[row]
            || _disturbedRow[events.Cpus[row]] > enter)
        {
            return;
        }

        if (ForkKinds.Of(events.Values[birth]) is { } kind and not ForkKind.Vfork && _truth.Knows(events.Tasks[birth]))
            (_truth.WasHit(events.Tasks[birth]) ? _hits : _misses)[(int)kind].Add(events.TimesNs[row] - events.TimesNs[enter]);
    }
}
