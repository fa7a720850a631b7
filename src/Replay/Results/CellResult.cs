using System.Collections.Immutable;

namespace ForkTrace.Replay.Results;

/// <summary>What one policy, with one set of parameters, would have done on one trace. Free of wall-clock time.</summary>
public sealed record CellResult
{
    /// <summary>Stable id of trace x policy x parameters x cost model x seed: 16 hexadecimal digits.</summary>
    public required string Cell { get; init; }

    /// <summary>File name of the recording.</summary>
    public required string Trace { get; init; }

    /// <summary>sha256 of the recording.</summary>
    public required string TraceSha256 { get; init; }

    public required string Policy { get; init; }

    public required ImmutableSortedDictionary<string, long> Parameters { get; init; }

    public required string CostModel { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>How the operations that the policy depends on are known.</summary>
    public required Grade Grade { get; init; }

    /// <summary>Why the trace cannot answer for this policy; null if it can. Then the figures below are there.</summary>
    public string? Unmet { get; init; }

    /// <summary>Stacks asked for, failed forks included.</summary>
    public long Allocations { get; init; }

    /// <summary>Forks that took a stack and failed.</summary>
    public long FailedForks { get; init; }

    /// <summary>Allocations served from a cache.</summary>
    public long Hits { get; init; }

    public long Misses { get; init; }

    /// <summary>Hits over allocations, 0 where there are none.</summary>
    public double HitRate => Allocations == 0 ? 0 : (double)Hits / Allocations;

    /// <summary>Stacks put into a cache at the final switch.</summary>
    public long CachedAtRelease { get; init; }

    /// <summary>Stacks put into a cache by an RCU callback.</summary>
    public long CachedByCallback { get; init; }

    /// <summary>Stacks that had to wait for an RCU callback.</summary>
    public long QueuedForRcu { get; init; }

    /// <summary>Stacks given back to the system.</summary>
    public long Freed { get; init; }

    /// <summary>What a fork paid for its stack.</summary>
    public LatencyHistogram Latency { get; init; } = new();

    /// <summary>Mean cost of a stack less that of order-2 pages in the same forks, ns.</summary>
    public double DifferenceToPagesNs { get; init; }

    public MemoryUse Memory { get; init; } = new(new StockUse(0, 0, 0), new StockUse(0, 0, 0), new StockUse(0, 0, 0));

    /// <summary>Length of the windows of <see cref="Series"/>, ns.</summary>
    public long WindowNs { get; init; }

    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];
}
