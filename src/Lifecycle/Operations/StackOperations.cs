using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>
/// The stack operations of one trace, or of a stretch of a long one, in the order in which they happen: what every policy is replayed over.
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

    /// <summary>The same operations, with other books around them.</summary>
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
    /// Whose stack: a dense task id; failed forks have ids from <see cref="Tasks"/> - <see cref="FailedForks"/> on. In a stretch, the slot
    /// that the task has from the stretch on that shows it first until it is done.
    /// </summary>
    public ReadOnlySpan<int> TaskIds => _tasks.AsSpan(0, Count);

    public ReadOnlySpan<ushort> Cpus => _cpus.AsSpan(0, Count);

    public ReadOnlySpan<StackOperationKind> Kinds => _kinds.AsSpan(0, Count);

    /// <summary>How each operation is known.</summary>
    public ReadOnlySpan<Evidence> EvidenceOf => _evidence.AsSpan(0, Count);

    /// <summary>One more than the highest task id.</summary>
    public required int Tasks { get; init; }

    /// <summary>CPUs of the machine: every operation's CPU is below it.</summary>
    public required int CpuCount { get; init; }

    /// <summary>Forks that took a stack and gave it back without a task coming to life.</summary>
    public required int FailedForks { get; init; }

    /// <summary>
    /// Allocations of a task_struct that lost events part from what came of them. If the fork's end is on record, the stack is taken there,
    /// inferred; else nothing is said of it.
    /// </summary>
    public int CutAllocations { get; init; }

    /// <summary>How often lost events leave it unknown what a CPU's cache holds.</summary>
    public long CutCaches => Evidence.Total(StackOperationKind.LostEvents);

    /// <summary>
    /// For each task: whether its stack was taken before the recording began (such a stack is live from the start), taken within it,
    /// or given up before it began.
    /// </summary>
    public required TaskBeginning[] Beginnings { get; init; }

    /// <summary>How the operations are known, by kind.</summary>
    public EvidenceSummary Evidence { get; } = new();

    /// <summary>Time of the first and last event of the trace.</summary>
    public required long FirstNs { get; init; }

    /// <inheritdoc cref="FirstNs"/>
    public required long LastNs { get; init; }

    /// <summary>Tasks whose fork began on one CPU and ended on another.</summary>
    public required IReadOnlySet<int> Migrated { get; init; }

    /// <summary>
    /// By task: the CPU whose memory node its stack was asked for on, plus one: a kernel thread made for a CPU. 0 for any node, as user forks
    /// ask. Null if no task has one.
    /// </summary>
    internal ushort[]? Hints { get; init; }

    /// <summary>False if the trace goes on behind these.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Tasks that these operations are the first to show, by the slot that each has from now on; null for all.</summary>
    internal int[]? Shown { get; init; }

    /// <summary>By slot, the number by which draws know the task; null if its id is that number.</summary>
    internal int[]? Numbers { get; init; }

    /// <summary>By slot, whether it is a failed fork's; null where ids tell.</summary>
    internal bool[]? Failed { get; init; }

    /// <summary>True if the id is that of a fork that failed.</summary>
    public bool IsFailedFork(int task) => Failed is null ? task >= Tasks - FailedForks : Failed[task];

    /// <summary>The number by which draws know a task: the same in every stretch.</summary>
    public int NumberOf(int task) => Numbers is null ? task : Numbers[task];

    /// <summary>True if the forking thread moved to another CPU between its allocation and task_newtask.</summary>
    public bool HasMigrated(int task) => Migrated.Contains(task);

    /// <summary>Room for operations of the same tasks.</summary>
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

        // An operation placed by a bound may carry a time before its neighbour's; order is what counts, so time never steps back.
        _timesNs[index] = index > 0 && timeNs < _timesNs[index - 1] ? _timesNs[index - 1] : timeNs;
        _kinds[index] = kind;
        _cpus[index] = (ushort)cpu;
        _tasks[index] = task;
        _evidence[index] = evidence;
        Evidence.Add(kind, evidence);
    }
}
