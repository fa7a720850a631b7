namespace ForkTrace.Replay.Profile;

/// <summary>What happened in one window of time, whatever the policy.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Forks">Stacks taken, failed forks included.</param>
/// <param name="Deaths">Stacks given back, failed forks included.</param>
/// <param name="Callbacks">RCU callbacks of task_structs.</param>
public readonly record struct TraceWindow(long StartNs, long Forks, long Deaths, long Callbacks);
