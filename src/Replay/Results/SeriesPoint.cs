namespace ForkTrace.Replay.Results;

/// <summary>One window of time of a replay.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Allocations">Stacks asked for in the window.</param>
/// <param name="Hits">Of these, served from a cache.</param>
/// <param name="LiveStacks">Live at the window's end.</param>
/// <param name="CachedStacks">Cached at the window's end.</param>
/// <param name="WaitingStacks">Waiting for RCU at the window's end.</param>
public readonly record struct SeriesPoint(
    long StartNs, long Allocations, long Hits, long LiveStacks, long CachedStacks, long WaitingStacks);
