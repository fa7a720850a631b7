namespace ForkTrace.Replay.Engine;

/// <summary>The books of one policy while its replay goes on: figures since its start, stocks as they are now.</summary>
/// <param name="Policy">The policy with its parameters, as it stands for on this trace.</param>
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

    /// <summary>Memory of these, in bytes.</summary>
    public long CachedBytes { get; init; }

    /// <summary>Stacks of dead tasks that wait for an RCU callback now.</summary>
    public long WaitingStacks { get; init; }
}
