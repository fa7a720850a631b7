using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Replay.Lifecycle;

/// <summary>
/// Turns events into stack operations, each from the best evidence that the trace holds. The order of operations is the order of the
/// rows that mark them; callbacks that a row proves stand right before it.
/// </summary>
public sealed class LifecycleBuilder
{
    private readonly EventTable _events;
    private readonly TaskLives _lives;
    private readonly RcuEvidence _rcu;
    private readonly GracePeriodModel _model;
    private readonly StackOperations _operations;

    // By row: whose operation the row itself marks (-1 none), and a list of operations to emit before the row.
    private readonly int[] _taskOfRow;
    private readonly int[] _firstBefore;
    private readonly List<Placed> _placed = [];

    private LifecycleBuilder(EventTable events, ulong seed, CallbackTruth? callbacks)
    {
        _events = events;
        _lives = TaskLives.Of(events);
        _rcu = new RcuEvidence(events, _lives, callbacks);
        _model = new GracePeriodModel(events.Facts.FirstNs, seed);
        _taskOfRow = new int[events.Count];
        Array.Fill(_taskOfRow, -1);
        _firstBefore = new int[events.Count + 1];
        Array.Fill(_firstBefore, -1);
        int tasks = _lives.Count;
        _operations = new StackOperations((4 * tasks) + 1)
        {
            Tasks = tasks,
            CpuCount = Math.Max(1, events.Facts.Cpus),
            FailedForks = _lives.FailedForks,
            CutAllocations = _lives.CutAllocations,
            Beginnings = new TaskBeginning[tasks],
            Migrated = _lives.Migrated(),
            FirstNs = events.Facts.FirstNs,
            LastNs = events.Facts.LastNs,
        };
    }

    /// <summary>Builds the operations.</summary>
    /// <param name="events">The trace.</param>
    /// <param name="seed">Drives the grace-period model where the trace is silent.</param>
    /// <param name="callbacks">When callbacks really ran: given only to find out what knowing it would be worth.</param>
    public static StackOperations Build(EventTable events, ulong seed = 0, CallbackTruth? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        LifecycleBuilder builder = new(events, seed, callbacks);
        for (int task = builder._lives.Count - 1; task >= 0; task--)
            builder.PlaceTask(task);
        builder.Emit();
        return builder._operations;
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
        if (release >= 0)
        {
            PlaceStackCallback(task, release);
            PlaceRelease(task, release);
        }

        else if (free >= 0 && allocation >= 0)
        {
            // Its death was lost, but it happened before this. Where a gap hides it, nothing tells the CPU.
            Evidence evidence = _lives.IsDeathHidden(task) ? Evidence.Modelled : Evidence.Inferred;
            PlaceBefore(free, new Placed(_events.TimesNs[free], StackOperationKind.Release, _events.Cpus[free], task, evidence, -1));
        }

        if (free >= 0)
            _taskOfRow[free] = task;
        else if (release >= 0 && !_lives.IsFailedFork(task))
            PlaceModelled(task, StackOperationKind.TaskFree, release);
    }

    private void PlaceRelease(int task, int release)
    {
        if (!_lives.IsFailedFork(task))
        {
            _taskOfRow[release] = task;
            return;
        }

        int cpu = _lives.ReleaseCpu(task);
        long timeNs = TimeBefore(release);

        // What is placed last comes first.
        PlaceBefore(release, new Placed(timeNs, StackOperationKind.TaskFree, cpu, task, Evidence.Inferred, -1));
        PlaceBefore(release, new Placed(timeNs, StackOperationKind.Release, cpu, task, Evidence.Inferred, -1));
    }

    private void PlaceStackCallback(int task, int release)
    {
        int proof = _rcu.ProofRow[task];
        if (proof < 0)
        {
            PlaceModelled(task, StackOperationKind.StackCallback, release);
            return;
        }

        bool isOwnFree = proof == _lives.FreeRow[task] && _lives.ReapedItself(task);
        PlaceBefore(
            proof,
            new Placed(
                TimeBefore(proof),
                StackOperationKind.StackCallback,
                _lives.ReleaseCpu(task),
                task,
                isOwnFree ? Evidence.Observed : Evidence.Inferred,
                -1));
    }

    private void PlaceModelled(int task, StackOperationKind kind, int release)
    {
        long timeNs = _model.InvocationNs(TimeBefore(release));
        int row = _events.TimesNs.BinarySearch(timeNs);
        row = row < 0 ? ~row : row;
        PlaceBefore(row, new Placed(timeNs, kind, _lives.ReleaseCpu(task), task, Evidence.Modelled, -1));
    }

    // What comes behind the last row is at the trace's end.
    private long TimeBefore(int row) => row < _events.Count ? _events.TimesNs[row] : _events.Facts.LastNs;

    private void PlaceBefore(int row, Placed operation)
    {
        _placed.Add(operation with { Next = _firstBefore[row] });
        _firstBefore[row] = _placed.Count - 1;
    }

    private void Emit()
    {
        for (int row = 0; row < _events.Count; row++)
        {
            EmitBefore(row);
            if (_taskOfRow[row] >= 0)
                EmitRow(row, _taskOfRow[row]);
        }

        // What a model or a failed fork places after the last event has not happened yet when the recording ends.
    }

    private void EmitBefore(int row)
    {
        for (int index = _firstBefore[row]; index >= 0; index = _placed[index].Next)
        {
            Placed placed = _placed[index];
            _operations.Add(placed.TimeNs, placed.Kind, placed.Cpu, placed.Task, placed.Evidence);
        }
    }

    private void EmitRow(int row, int task)
    {
        (StackOperationKind kind, Evidence evidence) = _events.Kinds[row] switch
        {
            EventKind.TaskAlloc => (StackOperationKind.Allocate, Evidence.Observed),
            EventKind.NewTask or EventKind.Fork => (StackOperationKind.Allocate, Evidence.Inferred),
            EventKind.DeathSwitch => (StackOperationKind.Release, Evidence.Observed),
            EventKind.Exit => (StackOperationKind.Release, Evidence.Inferred),
            _ => (StackOperationKind.TaskFree, Evidence.Observed),
        };
        _operations.Add(_events.TimesNs[row], kind, _events.Cpus[row], task, evidence);
    }

    private readonly record struct Placed(long TimeNs, StackOperationKind Kind, int Cpu, int Task, Evidence Evidence, int Next);
}
