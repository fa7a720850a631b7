namespace ForkTrace.Lifecycle.Rcu;

/// <summary>RCU softirqs of one CPU right behind each other: one look at the state of grace periods, however many callbacks it ran.</summary>
/// <param name="FirstRow">Row of the first softirq's entry.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="DurationNs">Time spent in its softirqs; 0 where their ends were not recorded.</param>
internal readonly record struct SoftirqBurst(int FirstRow, int Cpu, long DurationNs);
