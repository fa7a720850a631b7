namespace ForkTrace.Events;

/// <summary>Events that the recorder dropped on one CPU between two times.</summary>
/// <param name="Cpu">The CPU whose buffer overflowed; -1 where the trace does not say.</param>
/// <param name="FromNs">Time of the last event before the gap, in nanoseconds of the trace clock; long.MinValue if none.</param>
/// <param name="ToNs">Time of the first event after the gap; long.MaxValue if none.</param>
/// <param name="Events">How many were dropped; -1 where the trace does not say.</param>
public sealed record LossInterval(int Cpu, long FromNs, long ToNs, long Events);
