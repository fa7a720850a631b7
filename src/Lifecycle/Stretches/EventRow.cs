namespace ForkTrace.Lifecycle.Stretches;

/// <summary>One row of a trace: its number among the rows that a replay may use, and the columns of <see cref="EventTable"/>.</summary>
internal readonly record struct EventRow(
    long Number, long TimeNs, ushort Cpu, EventKind Kind, int Task, int Other, int Tid, int Comm, long Value);
