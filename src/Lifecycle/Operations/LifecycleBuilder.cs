using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Gaps;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>
/// Turns events into stack operations, each from the best evidence in the trace. Operations are in the order of the rows that mark them.
/// Callbacks that a row proves come directly before it.
/// </summary>
public sealed class LifecycleBuilder
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly RcuEvidence _rcu;
    private readonly RcuModel _rcuModel;
    private readonly PinModel? _pins;
    private readonly ulong _seed;
    private readonly CallbackSchedule _schedule;
    private readonly CpuAbsences _absences;
    private readonly CallbackTruth? _truth;
    private readonly StackOperations _operations;

    private readonly Reaping _reaping;

    // By row: the task whose operation the row itself marks (-1 for none), and a list of operations to emit before the row.
    private readonly int[] _taskOfRow;
    private readonly int[] _firstBefore;
    private readonly List<Placed> _placed = [];

    // Operations whose time comes from a model. Callbacks of the schedule get their times when all are queued.
    private readonly List<(Placed Operation, int AfterRow)> _modelled = [];
    private readonly List<(int Number, int QueuedRow, long QueuedNs, StackOperationKind Kind, int Task, int Cpu)> _callbacks = [];

    // Operations assumed to have happened in a gap of their CPU. They come before the cut at the end of the gap, so they have no effect
    // after it.
    private readonly List<(int Row, Placed Operation)> _hidden = [];
    private readonly List<(int Row, Placed Operation)> _pinned = [];
    private readonly SortedSet<(int Row, int Cpu)> _cuts;

    private readonly StretchCut? _cut;

    private LifecycleBuilder(
        EventTable events, ulong seed, CallbackTruth? callbacks, LifecycleConditions conditions, StretchCut? cut = null)
    {
        _events = events;
        _cut = cut;
        _lives = TaskLives.Of(events, cut is { IsLast: false } ? cut.ToRow : 0);
        _absences = new CpuAbsences(events);
        _reaping = new Reaping(events, _lives);
        _rcu = new RcuEvidence(events, _lives, _reaping, _absences, callbacks, cut?.FreesBefore);
        RcuModel rcu = conditions.Rcu;
        _rcuModel = rcu;
        _truth = callbacks;
        _pins = conditions.Pins;
        _seed = seed;
        int cpus = Math.Max(1, events.Facts.Cpus);
        GracePeriodModel periods = new(events.Facts.FirstNs, seed, rcu.OrMeasured(_rcu.Unseen.GracePeriodNs), cpus);
        _schedule = new CallbackSchedule(periods, rcu, seed, cpus);
        _cuts = CacheCuts.Of(events);
        CutBehindForks();
        _taskOfRow = new int[events.Count];
        Array.Fill(_taskOfRow, -1);
        _firstBefore = new int[events.Count + 1];
        Array.Fill(_firstBefore, -1);
        int tasks = _lives.Count;
        if (cut is not null)
        {
            cut.FailedForkRows = [.. _lives.FailedForkRows];
            cut.WaitsNs = _rcu.WaitsNs();
        }

        _operations = new StackOperations((4 * tasks) + (int)events.Facts.CountOf(EventKind.CpuDown) + _cuts.Count + 1)
        {
            Tasks = tasks,
            CpuCount = cpus,
            FailedForks = _lives.FailedForks,
            CutAllocations = _lives.CutAllocationRows.Count(row => cut is null || cut.Holds(row)),
            Beginnings = new TaskBeginning[tasks],
            Migrated = _lives.Migrated(),
            Hints = KthreadHints.Of(events, _lives),
            FirstNs = events.Facts.FirstNs,
            LastNs = events.Facts.LastNs,
        };
    }

    /// <summary>Builds the operations.</summary>
    /// <param name="events">The trace.</param>
    /// <param name="seed">Seed of the models that fill in what the trace does not show.</param>
    /// <param name="callbacks">When callbacks really ran. Given only to measure the value of knowing it.</param>
    /// <param name="conditions">Conditions that the trace does not tell; null for the defaults. The topology is not used.</param>
    public static StackOperations Build(
        EventTable events, ulong seed = 0, CallbackTruth? callbacks = null, LifecycleConditions? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new LifecycleBuilder(events, seed, callbacks, conditions ?? LifecycleConditions.Default).Build();
    }

    /// <summary>Builds the operations of a stretch, and of the rows around it.</summary>
    internal static StackOperations Build(EventTable events, ulong seed, LifecycleConditions conditions, StretchCut cut) =>
        new LifecycleBuilder(events, seed, null, conditions, cut).Build();

    private StackOperations Build()
    {
        PlaceAbsences();
        for (int task = _lives.Count - 1; task >= 0; task--)
            PlaceTask(task);
        PlaceModelled();
        PlaceCuts();
        Emit();
        return _operations;
    }

    // If a fork's stack may have been taken in a gap, the fork is replayed where it ends, and the cache there counts as unknown.
    private void CutBehindForks()
    {
        foreach (int task in _lives.CutForks)
        {
            int row = _lives.BirthRow[task];
            if (row + 1 < _events.Count)
                _cuts.Add((row + 1, _events.Cpus[row]));
        }
    }

    private void PlaceTask(int task)
    {
        int allocation = _lives.AllocationRow[task] >= 0 || _lives.IsFailedFork(task) ? _lives.AllocationRow[task] : _lives.BirthRow[task];
        int release = _lives.ReleaseRow[task];
        int free = _lives.FreeRow[task];
        if (allocation >= 0)
            _taskOfRow[allocation] = task;
        else
            _operations.Beginnings[task] = release < 0 && free >= 0 ? TaskBeginning.WasDead : TaskBeginning.Existed;
        bool isPinned = false;
        if (_lives.IsFailedFork(task) && release >= 0)
        {
            PlaceStackCallback(task, release);
            PlaceFailedFork(task, release);
        }
        else if (release >= 0)
        {
            isPinned = PlacePinned(task, release, free);
            if (!isPinned)
            {
                PlaceStackCallback(task, release);
                _taskOfRow[release] = task;
            }
        }
        else if (free >= 0 && allocation >= 0)
        {
            PlaceUnseenDeath(task, free);
        }

        if (free >= 0 && !(_rcuModel.IsAlways && release >= 0))
            _taskOfRow[free] = task;
        else if (release >= 0 && !isPinned && !_lives.IsFailedFork(task))
            PlaceUnseenFree(task, release);
    }

    // The death happened before the free. If a gap may hide it, it was in the gap.
    private void PlaceUnseenDeath(int task, int free)
    {
        if (_lives.GapOfDeath(task) is not { } gap)
        {
            long timeNs = _events.TimesNs[free];
            PlaceBefore(free, new Placed(timeNs, StackOperationKind.Release, _events.Cpus[free], task, Evidence.Inferred, -1));
            return;
        }

        PlaceHidden(gap, free, StackOperationKind.Release, task);
        PlaceHidden(gap, free, StackOperationKind.StackCallback, task);
    }

    // A recording that shows frees would have shown this one, unless it is in a gap or after the end. Otherwise the model gives its time.
    private void PlaceUnseenFree(int task, int release)
    {
        if (!_rcuModel.IsAlways && _lives.GapOfFree(task) is { } gap)
            PlaceHidden(gap, _events.Count, StackOperationKind.TaskFree, task);
        else if (!IsFreedAfterTheEnd(task))
            Queue(task, StackOperationKind.TaskFree, QueuedRow(task, release), _reaping.QueuedCpu[task]);
    }

    private bool IsFreedAfterTheEnd(int task) =>
        !_rcuModel.IsAlways && _rcu.Unseen.AreAfterTheEnd && _lives.FreeRow[task] < 0 && _lives.GapOfFree(task) is null;

    // A failed fork has no task that lives on. The operation that is placed last comes first.
    private void PlaceFailedFork(int task, int release)
    {
        int cpu = _lives.ReleaseCpu(task);
        long timeNs = TimeBefore(release);
        PlaceBefore(release, new Placed(timeNs, StackOperationKind.TaskFree, cpu, task, Evidence.Inferred, -1));
        StackOperationKind kind = _lives.IsUncharged(task) ? StackOperationKind.FailedCharge : StackOperationKind.Release;
        PlaceBefore(release, new Placed(timeNs, kind, cpu, task, Evidence.Inferred, -1));
    }

    private void PlaceStackCallback(int task, int release)
    {
        int proof = _rcu.ProofRow[task];
        int cpu = _lives.ReleaseCpu(task);
        if (proof < 0 || _rcuModel.IsAlways)
        {
            if (!IsRunAfterTheEnd(task, cpu, release))
                Queue(task, StackOperationKind.StackCallback, release, cpu);
            return;
        }

        bool isOwnFree = proof == _lives.FreeRow[task] && _lives.ReapedItself(task);
        int ranOn = RunCpu(task, cpu, release, proof);
        bool isSeen = isOwnFree && _events.Cpus[proof] == ranOn;
        if (!isSeen && _lives.Gaps.First(ranOn, TimeBefore(release), TimeBefore(proof)) is { } gap)
        {
            PlaceHidden(gap, proof, StackOperationKind.StackCallback, task);
            return;
        }

        PlaceBefore(
            proof,
            new Placed(
                TimeBefore(proof), StackOperationKind.StackCallback, ranOn, task, isOwnFree ? Evidence.Observed : Evidence.Inferred, -1));
    }

    // A task that reaped itself has its own callback next in the queue.
    private bool IsRunAfterTheEnd(int task, int cpu, int release) =>
        !_rcuModel.IsAlways && ((!_lives.IsFailedFork(task) && _lives.ReapedItself(task) && IsFreedAfterTheEnd(task))
            || _rcu.Unseen.IsBehindWaiting(cpu, release));

    private int RunCpu(int task, int cpu, int release, int proof)
    {
        if (_truth?.RowOf(task) is >= 0 and int run)
            return _events.Cpus[run];
        if (_rcuModel.IsOffloaded(cpu))
            return KthreadCpu(task, cpu, proof);
        bool isOwnFree = proof == _lives.FreeRow[task] && _lives.ReapedItself(task);
        return isOwnFree && _absences.TakedownAfter(cpu, release) < proof ? _events.Cpus[proof] : cpu;
    }

    // A thread's own callback is queued directly after that of its stack, so both run on the same CPU.
    private int KthreadCpu(int task, int cpu, int proof) => _lives.ReapedItself(task) && _lives.FreeRow[task] >= 0
        ? _events.Cpus[_lives.FreeRow[task]]
        : _schedule.KthreadCpu(cpu, TimeBefore(proof));

    // Returns false if the stack is not pinned. The task's callbacks wait for the pin, except those that were recorded.
    private bool PlacePinned(int task, int release, int free)
    {
        int number = _cut is null ? task : _cut.Ids[task];
        if (_pins?.LeftNs(_seed, number) is not (> 0 and long leftNs))
            return false;
        int cpu = PinModel.Cpu(_seed, number, _lives.ReleaseCpu(task), _operations.CpuCount);
        long timeNs = TimeBefore(release) + leftNs;
        bool isFreeSeen = free >= 0 && !_rcuModel.IsAlways;
        if (isFreeSeen)
            timeNs = Math.Min(timeNs, TimeBefore(free));
        _modelled.Add((new Placed(timeNs, StackOperationKind.Release, cpu, task, Evidence.Modelled, isFreeSeen ? free : -1), release));
        Queue(task, StackOperationKind.StackCallback, release, cpu, timeNs);
        if (!isFreeSeen && !IsFreedAfterTheEnd(task))
            Queue(task, StackOperationKind.TaskFree, QueuedRow(task, release), cpu, timeNs);
        return true;
    }

    private int QueuedRow(int task, int release) => Math.Max(release, _reaping.QueuedRow[task]);

    // After a row, and not before a time.
    private void Queue(int task, StackOperationKind kind, int row, int cpu, long earliestNs = long.MinValue)
    {
        long queuedNs = Math.Max(earliestNs, TimeBefore(row));
        _callbacks.Add((_schedule.Add(queuedNs, cpu), Math.Max(row, _events.TimesNs.FirstFrom(queuedNs)), queuedNs, kind, task, cpu));
    }

    // From last to first, since the operation that is placed last before a row comes first.
    private void PlaceModelled()
    {
        (long TimeNs, int Cpu)[] runs = _schedule.Run();
        foreach ((int number, int queuedRow, long queuedNs, StackOperationKind kind, int task, int cpu) in _callbacks)
        {
            (long timeNs, int ranOn) = runs[number];
            int takedown = _rcuModel.IsOffloaded(cpu) ? int.MaxValue : _absences.TakedownAfter(cpu, queuedRow);
            if (takedown < _events.Count)
                timeNs = Math.Min(timeNs, _events.TimesNs[takedown]);
            if (_lives.Gaps.First(ranOn, queuedNs, timeNs) is { } gap)
                PlaceHidden(gap, _events.TimesNs.FirstFrom(timeNs), kind, task);
            else
                _modelled.Add((new Placed(timeNs, kind, ranOn, task, Evidence.Modelled, -1), queuedRow));
        }

        foreach ((Placed operation, int afterRow) in _modelled.OrderByDescending(modelled => modelled.Operation.TimeNs))
        {
            int row = _events.TimesNs.BinarySearch(operation.TimeNs);
            row = row < 0 ? ~row : row;

            // Rows with the same time may come before and after the row that it follows from.
            row = Math.Min(Math.Max(row, afterRow + 1), _events.Count);

            // The release of a pin comes before the free of its task, even at the same time.
            if (operation.Next >= 0)
                row = Math.Min(row, operation.Next);
            if (operation.Kind == StackOperationKind.Release && _lives.Gaps.Exist)
                _pinned.Add((row, operation));
            else
                PlaceBefore(row, operation);
        }
    }

    // Placed first, so that they come last before the row, after callbacks that ran before the CPU went offline.
    private void PlaceAbsences()
    {
        foreach ((int row, int cpu) in _absences.Departures)
            PlaceBefore(row, new Placed(_events.TimesNs[row], StackOperationKind.CpuOffline, cpu, -1, Evidence.Observed, -1));
    }

    // Not later than the row that it must precede.
    private void PlaceHidden(LossGap gap, int latestRow, StackOperationKind kind, int task)
    {
        int row = Math.Min(latestRow, _events.TimesNs.FirstFrom(gap.ToNs));
        _hidden.Add((row, new Placed(TimeBefore(row), kind, gap.Cpu, task, Evidence.Modelled, -1)));
    }

    // Placed after everything else, from last to first. So before a row come late releases, then what a gap hides, then the cuts.
    private void PlaceCuts()
    {
        foreach ((int row, int cpu) in _cuts.Reverse())
            PlaceBefore(row, new Placed(_events.TimesNs[row], StackOperationKind.LostEvents, cpu, -1, Evidence.Observed, -1));
        for (int index = _hidden.Count - 1; index >= 0; index--)
            PlaceBefore(_hidden[index].Row, _hidden[index].Operation);
        foreach ((int row, Placed release) in _pinned)
            PlaceBefore(row, release);
    }

    private long TimeBefore(int row) => row < _events.Count ? _events.TimesNs[row] : _events.Facts.LastNs;

    private void PlaceBefore(int row, Placed operation)
    {
        _placed.Add(operation with { Next = _firstBefore[row] });
        _firstBefore[row] = _placed.Count - 1;
    }

    private void Emit()
    {
        ReadOnlySpan<EventKind> kinds = _events.Kinds;
        ReadOnlySpan<long> timesNs = _events.TimesNs;
        ReadOnlySpan<ushort> cpus = _events.Cpus;
        for (int row = 0; row < kinds.Length; row++)
        {
            _cut?.Note(row, _operations.Count);
            EmitBefore(row);
            int task = _taskOfRow[row];
            if (task < 0)
                continue;
            (StackOperationKind kind, Evidence evidence) = OperationOf(kinds[row]);
            _operations.Add(timesNs[row], kind, cpus[row], task, evidence);
        }

        _cut?.Note(_events.Count, _operations.Count);

        // Operations that a model or a failed fork places after the last event have not happened when the recording ends.
    }

    private void EmitBefore(int row)
    {
        for (int index = _firstBefore[row]; index >= 0; index = _placed[index].Next)
        {
            Placed placed = _placed[index];
            _operations.Add(placed.TimeNs, placed.Kind, placed.Cpu, placed.Task, placed.Evidence);
        }
    }

    private static (StackOperationKind Kind, Evidence Evidence) OperationOf(EventKind kind) => kind switch
    {
        EventKind.TaskAlloc => (StackOperationKind.Allocate, Evidence.Observed),
        EventKind.NewTask or EventKind.Fork => (StackOperationKind.Allocate, Evidence.Inferred),
        EventKind.DeathSwitch => (StackOperationKind.Release, Evidence.Observed),
        EventKind.Exit => (StackOperationKind.Release, Evidence.Inferred),
        _ => (StackOperationKind.TaskFree, Evidence.Observed),
    };

    private readonly record struct Placed(long TimeNs, StackOperationKind Kind, int Cpu, int Task, Evidence Evidence, int Next);
}
