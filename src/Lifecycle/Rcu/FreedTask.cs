namespace ForkTrace.Lifecycle.Rcu;

/// <summary>A task whose own RCU callback was seen to run: sched_process_free.</summary>
/// <param name="QueuedRow">Row at or after which the callback was queued.</param>
/// <param name="FreeRow">Row of sched_process_free.</param>
/// <param name="Burst">Index among its CPU's bursts of the one that ran it.</param>
/// <param name="IsQueueKnown">False if it ran so much later that it must have been queued later than anybody saw, or behind a gap.</param>
internal readonly record struct FreedTask(int QueuedRow, int FreeRow, int Burst, bool IsQueueKnown);
