namespace ForkTrace.Lifecycle.Gaps;

/// <summary>A time in which the recorder lost events of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="FromNs">Time of the last event before it.</param>
/// <param name="ToNs">Time of the first event after it; long.MaxValue if none.</param>
public readonly record struct LossGap(int Cpu, long FromNs, long ToNs);
