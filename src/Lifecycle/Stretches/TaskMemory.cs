namespace ForkTrace.Lifecycle.Stretches;

/// <summary>What is kept about a task that is not done when its rows leave memory.</summary>
internal sealed class TaskMemory
{
    private const int Sorts = 8;

    // The last row of each sort that may matter later.
    private readonly EventRow?[] _rows = new EventRow?[Sorts];

    /// <summary>The slot of its stack.</summary>
    public required int Slot { get; init; }

    /// <summary>The operations that have happened to its stack.</summary>
    public StackSteps Done { get; set; }

    /// <summary>Number of stretches since its task_struct was freed.</summary>
    public int StretchesSinceFree { get; set; }

    /// <summary>The rows that are kept.</summary>
    public IEnumerable<EventRow> Rows => _rows.OfType<EventRow>();

    /// <summary>Keeps a row of the task, if it is of a sort that matters later.</summary>
    public void Note(EventRow row)
    {
        int sort = row.Kind switch
        {
            EventKind.NewTask => 0,
            EventKind.Fork => 1,
            EventKind.Exit => 2,
            EventKind.DeathSwitch => 3,
            EventKind.Free => 4,
            EventKind.Wait => 5,
            EventKind.Cgroup => 6,
            EventKind.Exec => 7,
            _ => -1,
        };
        if (sort >= 0)
            _rows[sort] = row;
    }
}

/// <summary>Operations that have happened to a stack.</summary>
[Flags]
internal enum StackSteps : byte
{
    None = 0,
    Allocated = 1,
    Released = 2,
    CalledBack = 4,
    Freed = 8,
}
