using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>
/// The stack operations of one trace, or of a stretch of a long one, in the order in which they happen. Every policy is replayed over them.
/// Columns of equal length; immutable once built, shared by all cells.
/// </summary>
public sealed class StackOperations
{
    private readonly long[] _timesNs;
    private readonly int[] _tasks;
    private readonly ushort[] _cpus;
    private readonly StackOperationKind[] _kinds;
    private readonly Evidence[] _evidence;

    internal StackOperations(int capacity)
    {
        _timesNs = new long[capacity];
        _tasks = new int[capacity];
        _cpus = new ushort[capacity];
        _kinds = new StackOperationKind[capacity];
        _evidence = new Evidence[capacity];
    }

    /// <summary>The same operations, with different data about tasks.</summary>
    internal StackOperations(StackOperations steps)
    {
        _timesNs = steps._timesNs;
        _tasks = steps._tasks;
        _cpus = steps._cpus;
        _kinds = steps._kinds;
        _evidence = steps._evidence;
        Count = steps.Count;
        Evidence = steps.Evidence;
    }

    public int Count { get; private set; }

    /// <summary>Nanoseconds of the trace clock, non-decreasing.</summary>
    public ReadOnlySpan<long> TimesNs => _timesNs.AsSpan(0, Count);

    /// <summary>
    /// The task whose stack it is: a dense task id; failed forks have ids from <see cref="Tasks"/> - <see cref="FailedForks"/> on. In a
    /// stretch: the task's slot, which it keeps from the stretch that shows it first until it is done.
    /// </summary>
    public ReadOnlySpan<int> TaskIds => _tasks.AsSpan(0, Count);

    public ReadOnlySpan<ushort> Cpus => _cpus.AsSpan(0, Count);

    public ReadOnlySpan<StackOperationKind> Kinds => _kinds.AsSpan(0, Count);

    /// <summary>Evidence of each operation.</summary>
    public ReadOnlySpan<Evidence> EvidenceOf => _evidence.AsSpan(0, Count);

    /// <summary>One more than the highest task id.</summary>
    public required int Tasks { get; init; }

    /// <summary>CPUs of the machine: every operation's CPU is below it.</summary>
    public required int CpuCount { get; init; }

    /// <summary>Forks that took a stack and gave it back without creating a task.</summary>
    public required int FailedForks { get; init; }

    /// <summary>
    /// Allocations of a task_struct that lost events separate from their result. If the end of the fork is recorded, the stack counts as
    /// taken there, inferred. Otherwise there is no operation for it.
    /// </summary>
    public int CutAllocations { get; init; }

    /// <summary>How often lost events make the contents of a CPU's cache unknown.</summary>
    public long CutCaches => Evidence.Total(StackOperationKind.LostEvents);

    /// <summary>
    /// For each task: whether its stack was taken before the recording began (then it is live from the start), taken during the recording,
    /// or given up before it began.
    /// </summary>
    public required TaskBeginning[] Beginnings { get; init; }

    /// <summary>Evidence of the operations, by kind.</summary>
    public EvidenceSummary Evidence { get; } = new();

    /// <summary>Times of the first and last event of the trace, ns.</summary>
    public required long FirstNs { get; init; }

    /// <inheritdoc cref="FirstNs"/>
    public required long LastNs { get; init; }

    /// <summary>Tasks whose fork began on one CPU and ended on another.</summary>
    public required IReadOnlySet<int> Migrated { get; init; }

    /// <summary>
    /// By task: the CPU whose memory node its stack was requested for, plus one, for kernel threads made for a CPU. 0 for any node, as for
    /// user forks. Null if no task has one.
    /// </summary>
    internal ushort[]? Hints { get; init; }

    /// <summary>False if the trace continues after these operations.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Tasks that appear first in these operations, by their slots; null for all.</summary>
    internal int[]? Shown { get; init; }

    /// <summary>By slot: the number that identifies the task in random draws; null if its id is that number.</summary>
    internal int[]? Numbers { get; init; }

    /// <summary>By slot: whether it belongs to a failed fork; null if ids tell.</summary>
    internal bool[]? Failed { get; init; }

    /// <summary>True if the id is that of a fork that failed.</summary>
    public bool IsFailedFork(int task) => Failed is null ? task >= Tasks - FailedForks : Failed[task];

    /// <summary>The number that identifies a task in random draws: the same in every stretch.</summary>
    public int NumberOf(int task) => Numbers is null ? task : Numbers[task];

    /// <summary>True if the forking thread moved to another CPU between its allocation and task_newtask.</summary>
    public bool HasMigrated(int task) => Migrated.Contains(task);

    /// <summary>An empty object with room for operations of the same tasks.</summary>
    internal StackOperations Blank(int capacity) => new(capacity)
    {
        Tasks = Tasks,
        CpuCount = CpuCount,
        FailedForks = FailedForks,
        CutAllocations = CutAllocations,
        Beginnings = Beginnings,
        Migrated = Migrated,
        Hints = Hints,
        FirstNs = FirstNs,
        LastNs = LastNs,
        IsLast = IsLast,
        Shown = Shown,
        Numbers = Numbers,
        Failed = Failed,
    };

    internal void Add(long timeNs, StackOperationKind kind, int cpu, int task, Evidence evidence)
    {
        int index = Count++;

        // An operation placed by a bound may have a time before its neighbour's. The order matters more, so time never decreases.
        _timesNs[index] = index > 0 && timeNs < _timesNs[index - 1] ? _timesNs[index - 1] : timeNs;
        _kinds[index] = kind;
        _cpus[index] = (ushort)cpu;
        _tasks[index] = task;
        _evidence[index] = evidence;
        Evidence.Add(kind, evidence);
    }
}
