using System.Collections.Immutable;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Engine;

/// <summary>What to replay over a trace: every policy under the same cost model and seed.</summary>
public sealed record ReplayPlan
{
    public required ImmutableArray<PolicySelection> Policies { get; init; }

    public required CostModel Costs { get; init; }

    /// <summary>Drives cost draws and the grace-period model.</summary>
    public ulong Seed { get; init; }

    /// <summary>Length of a time-series window in ns; 0 divides the trace into a hundred.</summary>
    public long WindowNs { get; init; }

    /// <summary>Threads that may replay at a time; results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The plan of a user who chose nothing.</summary>
    public static ReplayPlan Default => new()
    {
        Policies = [.. PolicyCatalog.Defaults.Select(PolicySelection.Parse)],
        Costs = CostModelCatalog.Load(CostModelCatalog.Default),
    };
}
