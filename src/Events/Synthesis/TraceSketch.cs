namespace ForkTrace.Events.Synthesis;

/// <summary>
/// An event table that is written by hand instead of recorded: what happens to which task, when and where. Rows are sorted by time when the
/// table is made; rows with the same time stay in the order in which they were added.
/// </summary>
public sealed class TraceSketch
{
    private const long StateDead = 0x10;
    private const long StateZombie = 0x20;
    private readonly List<SyntheticRow> _rows = [];
    private int _tasks;

    public int Cpus { get; init; } = 1;

    /// <summary>Number of events that the recorder lost.</summary>
    public long Lost { get; init; }

    /// <summary>Where the recorder lost events.</summary>
    public ImmutableArray<LossInterval> Losses { get; init; } = [];

    /// <summary>Paths of the cgroups in rows of <see cref="EventKind.Cgroup"/>; the first is "", for unknown.</summary>
    public ImmutableArray<string> Cgroups { get; init; } = [];

    public string Name { get; init; } = "synthetic";

    /// <summary>Digest of the recording that the table stands for.</summary>
    public string Digest { get; init; } = $"xxh128:{new string('0', 32)}";

    public string Clock { get; init; } = "mono";
    public string ClockUnit { get; init; } = "ns";

    /// <summary>The id of a task that no event has shown yet.</summary>
    public int NewTaskId() => _tasks++;

    /// <summary>A fork at that time and place; returns the child's id.</summary>
    public int Fork(long timeNs, int cpu, int parent = -1)
    {
        int child = NewTaskId();
        Add(timeNs, cpu, EventKind.NewTask, child, parent, 0);
        return child;
    }

    /// <summary>The parent allocates a task_struct.</summary>
    public void AllocateTask(long timeNs, int cpu, int parent) => Add(timeNs, cpu, EventKind.TaskAlloc, parent, -1, 6000);

    /// <summary>do_exit.</summary>
    public void Exit(long timeNs, int cpu, int task) => Add(timeNs, cpu, EventKind.Exit, task, -1, 1);

    /// <summary>The final switch away from the task, either a thread that reaped itself or a zombie.</summary>
    public void Die(long timeNs, int cpu, int task, bool zombie = false) =>
        Add(timeNs, cpu, EventKind.DeathSwitch, task, -1, zombie ? StateZombie : StateDead);

    /// <summary>sched_process_free.</summary>
    public void Free(long timeNs, int cpu, int task) => Add(timeNs, cpu, EventKind.Free, task, -1, 0);

    /// <summary>A CPU goes offline. A task on another CPU takes it down.</summary>
    public void TakeDown(long timeNs, int cpu, int byCpu) => Add(timeNs, byCpu, EventKind.CpuDown, -1, -1, cpu);

    public void Add(long timeNs, int cpu, EventKind kind, int task, int other, long value) =>
        _rows.Add(new SyntheticRow(timeNs, cpu, kind, task, other, value));

    /// <summary>The table in the form that ingest produces.</summary>
    public EventTable ToTable()
    {
        EventColumns columns = new(_rows.Count);
        EventCounts counts = new();
        foreach (SyntheticRow row in _rows.OrderBy(row => row.TimeNs))
        {
            row.AddTo(columns);
            counts.Add(row.Kind, row.TimeNs);
        }

        TraceFacts facts = new()
        {
            Trace = Name,
            Format = "synthetic",
            Digest = Digest,
            Kernel = "6.18.0",
            Clock = Clock,
            ClockUnit = ClockUnit,
            Cpus = Cpus,
            Tasks = _tasks,
            Lost = Lost,
            Losses = Losses,
            Cgroups = Cgroups,
        };
        columns.Complete(counts.On(facts), CommTable.Empty);
        return columns;
    }
}
