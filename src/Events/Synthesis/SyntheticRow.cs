namespace ForkTrace.Events.Synthesis;

/// <summary>A generated row of an event table.</summary>
internal readonly record struct SyntheticRow(long TimeNs, int Cpu, EventKind Kind, int Task, int Other = -1, long Value = 0, int Comm = 0)
{
    // As in a recording of the whole machine: ids begin at 0, thread ids above those of the kernel's first threads.
    private const int FirstTid = 100;

    public void AddTo(EventColumns columns) => columns.Add(TimeNs, (ushort)Cpu, Kind, Task, Other, Task + FirstTid, Comm, Value);
}

/// <summary>Generates rows in time order, for one CPU or for CPUs that affect each other.</summary>
internal abstract class RowSource
{
    /// <summary>prev_state of a thread that reaped itself, and of a zombie (include/linux/sched.h).</summary>
    protected const long StateDead = 0x10, StateZombie = 0x20;

    /// <summary>Writes the next rows and returns their number: as many as fit, fewer at the end.</summary>
    public abstract int Fill(Span<SyntheticRow> rows);
}
