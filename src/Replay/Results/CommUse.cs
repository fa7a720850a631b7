namespace ForkTrace.Replay.Results;

/// <summary>What forks of one comm got: the new task's name at its fork, which is its parent's; empty where unknown.</summary>
public sealed record CommUse(string Comm, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}
