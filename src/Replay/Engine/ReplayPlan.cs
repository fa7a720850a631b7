using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Replay.Engine;

/// <summary>What to replay over a trace: every policy under the same conditions.</summary>
public sealed record ReplayPlan
{
    /// <summary>The plan if the user chooses nothing.</summary>
    public static ReplayPlan Default => new() { Policies = [.. PolicyCatalog.Defaults.Select(PolicySelection.Parse)] };

    public required ImmutableArray<PolicySelection> Policies { get; init; }

    public ReplayConditions Conditions { get; init; } = ReplayConditions.Default;

    /// <summary>Also count by CPU and by comm.</summary>
    public bool Breakdown { get; init; } = true;

    /// <summary>Also track when each stack is reused and by which process.</summary>
    public bool Reuse { get; init; }

    /// <summary>Threads that may replay at the same time; results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Receives progress after each cell; may be null.</summary>
    public WorkProgress? Progress { get; init; }

    /// <summary>The same policies under other conditions.</summary>
    public ReplayPlan Under(Func<ReplayConditions, ReplayConditions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return this with { Conditions = change(Conditions) };
    }

    /// <summary>The machine that operations of a trace are replayed on.</summary>
    internal static MachineShape MachineOf(ReplayConditions conditions, TraceFacts facts, StackOperations operations)
    {
        MachineTopology topology = MachineTopology.Of(conditions.Lifecycle.Topology, facts);
        RecordedKernel kernel = KernelTable.Of(facts);
        return MachineShape.Of(operations.CpuCount, operations.Tasks, topology.NodeOfCpu, topology.CacheOfCpu)
            .With(topology.MemorylessNodes, conditions.NodeMemory) with
        {
            StackBytes = kernel.StackBytes,
            PageBytes = kernel.PageBytes,
        };
    }
}
