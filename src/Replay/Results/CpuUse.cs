namespace ForkTrace.Replay.Results;

/// <summary>What forks on one CPU got.</summary>
public sealed record CpuUse(int Cpu, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}
