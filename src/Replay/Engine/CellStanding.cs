namespace ForkTrace.Replay.Engine;

/// <summary>The books of one policy during its replay: figures since the start, and current stocks.</summary>
/// <param name="Policy">The policy with its parameters; names that stand for another policy are resolved for this trace.</param>
public sealed record CellStanding(PolicySelection Policy)
{
    /// <summary>Why the trace cannot answer for the policy; null if it can.</summary>
    public string? Unmet { get; init; }

    /// <summary>Forks that needed a stack.</summary>
    public long Allocations { get; init; }

    /// <summary>Forks that got a cached stack.</summary>
    public long Hits { get; init; }

    /// <summary>The other forks, by cause.</summary>
    public MissCauses Causes { get; init; }

    /// <summary>Stacks in caches now.</summary>
    public long CachedStacks { get; init; }

    /// <summary>Memory of the cached stacks, in bytes.</summary>
    public long CachedBytes { get; init; }

    /// <summary>Stacks of dead tasks that wait for an RCU callback now.</summary>
    public long WaitingStacks { get; init; }
}
