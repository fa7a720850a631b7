using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>
/// The stack operations of a trace of any length, stretch by stretch. Memory depends on the length of a stretch and on the tasks that are
/// not done. It does not depend on the length of the trace, apart from two bits per task.
/// <para>
/// Each stretch is built like a whole trace: from its own rows, some rows before and after it, and what is kept about tasks whose rows are
/// further back. Operations do not change once they are built: each operation of a task counts once, in the stretch that places it first.
/// </para>
/// </summary>
public sealed class TraceStretches : IDisposable
{
    private const int NoSlot = -1, IsDone = -2;

    // An event may show later that a callback of a dead and freed task ran, but not much later.
    private const int PatienceStretches = 4;

    private const long GarbageBytesMax = 64 << 20;

    private readonly bool _isLive;
    private readonly ulong _seed;
    private readonly LifecycleConditions _conditions;
    private readonly StretchLengths _lengths;
    private readonly EventStream _stream;
    private readonly RowWindow _window;
    private readonly TaskNumbers _tasks = new();
    private readonly SlotBook _slots = new();
    private readonly Dictionary<int, TaskMemory> _memories = [];
    private readonly Dictionary<long, TaskMemory> _failedForks = [];

    // One bit per id: the task has had a slot.
    private readonly TaskSet _known = new();
    private EventColumns? _rows;
    private int _behind;
    private int _failed;
    private readonly FreesBefore _freesBefore = new();
    private long _firstNs;
    private long _lastNs = long.MinValue;
    private long _intervalEndNs;
    private int _cpus;
    private TraceFacts _facts;
    private bool _isOver;
    private long _allocatedBytes = GC.GetTotalAllocatedBytes();

    /// <param name="stream">The trace; this object disposes it.</param>
    /// <param name="facts">The facts about the trace; null to use what its stream knows so far, if it has not ended.</param>
    /// <param name="seed">Seed of the models that fill in what the trace does not show.</param>
    /// <param name="conditions">Conditions that the trace does not tell.</param>
    /// <param name="lengths">How it is cut.</param>
    public TraceStretches(EventStream stream, TraceFacts? facts, ulong seed, LifecycleConditions conditions, StretchLengths lengths)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _isLive = facts is null;
        _facts = facts ?? stream.Facts;
        _seed = seed;
        _conditions = conditions;
        _lengths = lengths;
        _window = new RowWindow(stream, lengths.Behind + lengths.Rows + lengths.Ahead);
    }

    /// <summary>
    /// The facts about the trace. If it has not ended: the machine, what was lost, and the kinds of rows seen so far.
    /// </summary>
    public TraceFacts Facts => _facts;

    /// <summary>
    /// The next stretch; null after the last. It can be empty only if the trace is, or, if stretches are cut by time, at its end.
    /// </summary>
    /// <exception cref="InvalidDataException">A row names a CPU that was not known when the first stretch was built.</exception>
    public OperationStretch? Next()
    {
        if (_isOver)
            return null;
        CollectGarbage();
        int to = _lengths.Times is { } times ? ReadInterval(times) : ReadRows();
        if (_isLive)
            _facts = FactsByNow();
        if (IsAtStart && _window.Count == 0)
            _firstNs = _facts.FirstNs;
        long? endNs = _lengths.Times is not null && to > _behind ? IntervalEndAt(to) : null;
        EventRow[] remembered = [.. _memories.Values.SelectMany(memory => memory.Rows).OrderBy(row => row.Number)];
        EventColumns rows = Gather(remembered);
        StretchCut cut = new(remembered.Length + _behind, remembered.Length + to, _isOver, _tasks.Ids()) { FreesBefore = _freesBefore };
        StackOperations built = LifecycleBuilder.Build(rows, _seed, _conditions, cut);
        Books books = new(cut.Ids, _memories, _known, _tasks);
        ShowOlder(books, built, rows, remembered.Length + _behind, remembered.Length + to);
        StackOperations kept = Keep(built, cut, books, remembered.Length);
        Remember(books, cut, remembered.Length, to);
        return new OperationStretch(kept, rows, books.Slots, _window.Dropped + _behind)
        {
            IntervalEndNs = endNs,
        };
    }

    // What a stretch needs is garbage after it. The runtime on its own would let it grow to more than a GiB.
    private void CollectGarbage()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocatedBytes < GarbageBytesMax)
            return;
        _allocatedBytes = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    private bool IsAtStart => _window.Dropped == 0 && _behind == 0;

    // Returns the first row after the stretch.
    private int ReadRows()
    {
        _window.FillTo(_behind + _lengths.Rows + _lengths.Ahead);
        _isOver = _window.IsAtEnd && _window.Count <= _behind + _lengths.Rows;
        if (IsAtStart && _window.Count > 0)
            _firstNs = _window.Row(0).TimeNs;
        return _isOver ? _window.Count : _behind + _lengths.Rows;
    }

    private int ReadInterval(StretchTimes times)
    {
        _window.FillUntil(_behind + 1, long.MaxValue);
        if (_window.Count > _behind)
        {
            long startNs = _window.TimesNs[_behind];
            _firstNs = IsAtStart ? startNs : _firstNs;
            _intervalEndNs = Later(startNs, times.IntervalNs - ((startNs - _firstNs) % times.IntervalNs));
            _window.FillUntil(_behind + _lengths.Rows + _lengths.Ahead, Later(_intervalEndNs, times.AheadNs));
        }

        int to = Math.Min(_window.TimesNs.FirstFrom(_intervalEndNs), _behind + _lengths.Rows);
        _isOver = _window.IsAtEnd && to == _window.Count;
        return to;
    }

    // Null if the interval continues after the stretch. The trace's last interval ends with its last row.
    private long? IntervalEndAt(int to)
    {
        if (_isOver)
            return _window.TimesNs[to - 1];
        return to < _window.Count && _window.TimesNs[to] >= _intervalEndNs ? _intervalEndNs : null;
    }

    // The machine stays as in the first stretch. The recorded kinds of events come from the rows so far.
    private TraceFacts FactsByNow()
    {
        TraceFacts facts = _stream.Facts;
        _cpus = Math.Max(_cpus, _cpus == 0 ? Math.Max(facts.Cpus, _window.CpuMax + 1) : 0);
        if (_window.CpuMax >= _cpus && _window.Count > 0)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"an event names CPU {_window.CpuMax}, but the recording began with CPUs 0 to {_cpus - 1}"));
        }

        long fromNs = _window.Count > 0 ? _window.TimesNs[0] : long.MinValue;
        return facts with
        {
            Cpus = _cpus,
            EventsByKind = _window.IsAtEnd ? facts.EventsByKind : _window.CountsByKind(),
            Losses = [.. facts.Losses.Where(loss => loss.ToNs >= fromNs)],
        };
    }

    private static long Later(long timeNs, long byNs) => timeNs > long.MaxValue - byNs ? long.MaxValue : timeNs + byNs;

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();

    // The rows to examine, with tasks renumbered.
    private EventColumns Gather(EventRow[] remembered)
    {
        _tasks.Clear();
        foreach (int id in _memories.Keys)
            _tasks.Add(id);
        foreach (EventRow row in remembered)
            _tasks.Add(row.Other);
        _tasks.Add(_window.Tasks);
        _tasks.Add(_window.Others);
        _tasks.Complete();
        int count = remembered.Length + _window.Count;
        if (_rows is null || _rows.Capacity < count)
            _rows = new EventColumns(count + (_window.Count / 8));
        _rows.Clear();
        foreach (EventRow row in remembered)
            Add(_rows, row);
        _window.AddTo(_rows, _tasks);
        bool hasRows = _rows.Count > 0;
        _rows.Complete(
            _facts with
            {
                Tasks = _tasks.Count,
                FirstNs = _firstNs,
                LastNs = _isOver || !hasRows ? LastNs() : _rows.TimesNs[^1],
            },
            _stream.CommNames);
        return _rows;
    }

    private void Add(EventColumns rows, EventRow row) => rows.Add(
        row.TimeNs, row.Cpu, row.Kind, _tasks.Of(row.Task), _tasks.Of(row.Other), row.Tid, row.Comm, row.Value);

    // Tasks from before the recording become known with the first row that names them.
    private void ShowOlder(Books books, StackOperations built, EventTable rows, int from, int to)
    {
        long nowNs = from < rows.Count ? rows.TimesNs[from] : _firstNs;
        ReadOnlySpan<int> tasks = rows.Tasks, others = rows.Others;
        for (int row = from; row < to; row++)
        {
            Show(tasks[row]);
            Show(others[row]);
        }

        void Show(int task)
        {
            if (task < 0 || books.Slots[task] != NoSlot || built.Beginnings[task] == TaskBeginning.Forked)
                return;
            books.Slots[task] = _slots.Give(books.Ids[task], isFailed: false, nowNs);
            books.Done[task] = built.Beginnings[task] == TaskBeginning.Existed
                ? StackSteps.Allocated
                : StackSteps.Allocated | StackSteps.Released | StackSteps.CalledBack;
            books.Shown[books.Slots[task]] = built.Beginnings[task];
        }
    }

    // The operations that the stretch places, and those that it places before its first row and that were not there yet.
    private StackOperations Keep(StackOperations built, StretchCut cut, Books books, int remembered)
    {
        StackOperations steps = built.Blank(cut.To);
        long nowNs = _behind < _window.Count ? _window.Row(_behind).TimeNs : _firstNs;
        int failed = 0;
        for (int index = 0; index < cut.To; index++)
        {
            StackOperationKind kind = built.Kinds[index];
            int task = built.TaskIds[index];
            int slot = -1;
            if (task >= 0)
            {
                StackSteps step = StepOf(kind);
                bool isFailed = task >= books.Ids.Length;
                slot = isFailed
                    ? FailedFork(_window.Dropped + cut.FailedForkRows[task - books.Ids.Length] - remembered, step, nowNs)
                    : Take(books, task, step, nowNs);
                if (slot < 0)
                    continue;
                failed += isFailed && step == StackSteps.Allocated ? 1 : 0;
            }
            else if (index < cut.From)
            {
                continue;
            }

            _lastNs = Math.Max(_lastNs, built.TimesNs[index]);
            steps.Add(_lastNs, kind, built.Cpus[index], slot, built.EvidenceOf[index]);
        }

        return Framed(steps, built, books, failed);
    }

    // Adds the data about tasks, by slot.
    private StackOperations Framed(StackOperations steps, StackOperations built, Books books, int failed)
    {
        TaskBeginning[] beginnings = new TaskBeginning[_slots.Count];
        foreach ((int slot, TaskBeginning beginning) in books.Shown)
            beginnings[slot] = beginning;
        ushort[]? hints = built.Hints is null ? null : new ushort[_slots.Count];
        for (int task = 0; hints is not null && task < built.Hints!.Length; task++)
        {
            if (books.Slots[task] >= 0)
                hints[books.Slots[task]] = built.Hints[task];
        }

        return new StackOperations(steps)
        {
            Tasks = _slots.Count,
            CpuCount = built.CpuCount,
            FailedForks = failed,
            CutAllocations = built.CutAllocations,
            Beginnings = beginnings,
            Migrated = built.Migrated.Select(task => books.Slots[task]).Where(slot => slot >= 0).ToHashSet(),
            Hints = hints,
            FirstNs = _firstNs,
            LastNs = LastNs(),
            IsLast = _isOver,
            Shown = _slots.TakeShown(),
            Numbers = _slots.Numbers,
            Failed = _slots.Failed,
        };
    }

    // The task's slot if this has not happened to its stack yet; negative if it has.
    private int Take(Books books, int task, StackSteps step, long nowNs)
    {
        if (books.Slots[task] == IsDone || (books.Done[task] & step) != 0)
            return -1;
        if (step != StackSteps.Allocated && (books.Done[task] & StackSteps.Allocated) == 0)
            return -1;
        if (books.Slots[task] == NoSlot)
            books.Slots[task] = _slots.Give(books.Ids[task], isFailed: false, nowNs);
        books.Done[task] |= step;
        return books.Slots[task];
    }

    private int FailedFork(long allocation, StackSteps step, long nowNs)
    {
        if (!_failedForks.TryGetValue(allocation, out TaskMemory? memory))
        {
            // Earlier rows were already built.
            if (step != StackSteps.Allocated)
                return -1;
            _failedForks[allocation] = memory = new TaskMemory { Slot = _slots.Give(_facts.Tasks + _failed++, isFailed: true, nowNs) };
        }

        if ((memory.Done & step) != 0)
            return -1;
        memory.Done |= step;
        return memory.Slot;
    }

    // Rows that the next stretch does not need are removed. Only what they say about unfinished tasks is kept.
    private void Remember(Books books, StretchCut cut, int remembered, int to)
    {
        int drop = Math.Max(0, to - _lengths.Behind);
        if (_lengths.Times is { } times && to > 0)
            drop = Math.Max(drop, Math.Min(to, _window.TimesNs.FirstFrom(_window.TimesNs[to - 1] - times.BehindNs)));
        long nowNs = _window.Count == 0 ? _firstNs : _window.Row(Math.Max(0, to - 1)).TimeNs;
        for (int task = 0; task < books.Ids.Length; task++)
            Remember(books, task, nowNs);
        for (int row = 0; row < drop; row++)
        {
            int task = _tasks.Of(_window.Tasks[row]);
            if (task < 0)
                continue;
            if (books.Memories[task] is { } memory)
                memory.Note(_window.Row(row));
            else if (_window.Kinds[row] == EventKind.Free && books.Done[task].HasFlag(StackSteps.Released))
                _freesBefore.Add(cut.WaitsNs[remembered + row]);
        }

        _window.Drop(drop);
        _behind = to - drop;
        foreach ((long allocation, TaskMemory memory) in _failedForks)
        {
            if (allocation >= _window.Dropped)
                continue;
            _slots.Rest(memory.Slot, nowNs);
            _failedForks.Remove(allocation);
        }
    }

    private void Remember(Books books, int task, long nowNs)
    {
        int slot = books.Slots[task];
        if (slot < 0)
            return;
        TaskMemory? memory = books.Memories[task];
        StackSteps done = books.Done[task];
        bool isFreed = done.HasFlag(StackSteps.Freed);
        bool isCalledBack = done.HasFlag(StackSteps.CalledBack) || !done.HasFlag(StackSteps.Released);
        if (isFreed && (isCalledBack || memory?.StretchesSinceFree >= PatienceStretches))
        {
            _slots.Rest(slot, nowNs);
            _memories.Remove(books.Ids[task]);
            books.Memories[task] = null;
        }
        else
        {
            if (memory is null)
                _memories[books.Ids[task]] = books.Memories[task] = memory = new TaskMemory { Slot = slot };
            memory.Done = done;
            memory.StretchesSinceFree += isFreed ? 1 : 0;
        }

        _known.Add(books.Ids[task]);
    }

    private long LastNs() => _isOver && _window.Count > 0 && _facts.LastNs < _window.Row(_window.Count - 1).TimeNs
        ? _window.Row(_window.Count - 1).TimeNs
        : _facts.LastNs;

    private static StackSteps StepOf(StackOperationKind kind) => kind switch
    {
        StackOperationKind.Allocate => StackSteps.Allocated,
        StackOperationKind.Release or StackOperationKind.FailedCharge => StackSteps.Released,
        StackOperationKind.StackCallback => StackSteps.CalledBack,
        _ => StackSteps.Freed,
    };

    /// <summary>What is known about each task of the current rows.</summary>
    private sealed class Books
    {
        public Books(int[] ids, Dictionary<int, TaskMemory> memories, TaskSet known, TaskNumbers tasks)
        {
            Ids = ids;
            Slots = new int[ids.Length];
            Done = new StackSteps[ids.Length];
            Memories = new TaskMemory?[ids.Length];
            for (int task = 0; task < ids.Length; task++)
                Slots[task] = known.Contains(ids[task]) ? IsDone : NoSlot;
            foreach ((int id, TaskMemory memory) in memories)
            {
                int task = tasks.Of(id);
                Slots[task] = memory.Slot;
                Done[task] = memory.Done;
                Memories[task] = memory;
            }
        }

        /// <summary>By task: its id in the trace.</summary>
        public int[] Ids { get; }

        /// <summary>By task: its slot.</summary>
        public int[] Slots { get; }

        /// <summary>By task: operations that have happened to its stack.</summary>
        public StackSteps[] Done { get; }

        /// <summary>By task: what is kept about it; may be null.</summary>
        public TaskMemory?[] Memories { get; }

        /// <summary>Tasks from before the recording that appear first here. By slot: where the stack was when the recording
        /// began.</summary>
        public Dictionary<int, TaskBeginning> Shown { get; } = [];
    }
}
