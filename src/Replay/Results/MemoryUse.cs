namespace ForkTrace.Replay.Results;

/// <summary>Memory that a policy ties up. Only the first shows in KernelStack of /proc/meminfo; the others are hidden.</summary>
/// <param name="Live">Stacks of tasks that are not dead, those of before the recording included.</param>
/// <param name="Cached">Stacks in caches.</param>
/// <param name="WaitingForRcu">Stacks of dead tasks that wait for a grace period.</param>
public sealed record MemoryUse(StockUse Live, StockUse Cached, StockUse WaitingForRcu);
