namespace ForkTrace.Replay.Results;

/// <summary>
/// How soon and by whom cached stacks are used again: what a stack still holds of its last owner is there for that long, and for that
/// process. Slots are used in the kernel's order: the lowest that is empty is filled, the lowest that is not is taken (kernel/fork.c).
/// </summary>
/// <param name="Idle">Time between put and reuse.</param>
/// <param name="SameProcess">Reuses by a task of the last owner's process.</param>
/// <param name="OtherProcess">Reuses by a task of another process.</param>
/// <param name="UnknownProcess">Reuses where the trace does not tell the process of one of the two.</param>
public sealed record StackReuse(LatencyHistogram Idle, long SameProcess, long OtherProcess, long UnknownProcess);
