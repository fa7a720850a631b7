using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Conditions;

/// <summary>What caches hold when the recording begins.</summary>
public enum CacheStart
{
    /// <summary>Nothing; beside each row stands how often it would hit from full caches.</summary>
    Both,

    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>All that fits, under policies that say what that is; under others nothing, and their rows say so.</summary>
    Full,
}

/// <summary>Which memory node the pages of a new stack are on.</summary>
public enum NodeMemory
{
    /// <summary>That of the forking CPU: vmalloc without a memory policy of the task.</summary>
    Local,

    /// <summary>All in turn, page by page: the forking task's memory policy is MPOL_INTERLEAVE (numactl --interleave).</summary>
    Interleave,
}

/// <summary>
/// Under what policies are replayed: what neither the recording nor a policy says. How each condition is called, read, printed and kept
/// is said by its <see cref="ConditionDefinition"/>.
/// </summary>
public sealed record ReplayConditions
{
    // Null for the default one, which is read only when it is used: help alone does not.
    private readonly CostModel? _costs;

    /// <summary>Those of a user who chose nothing.</summary>
    public static ReplayConditions Default { get; } = new();

    /// <summary>What a fork pays for its stack.</summary>
    public CostModel Costs
    {
        get => _costs ?? CostModelCatalog.Load(CostModelCatalog.Default);
        init => _costs = ReferenceEquals(value, CostModelCatalog.Load(CostModelCatalog.Default)) ? null : value;
    }

    /// <summary>Its name, for which the default one need not be read.</summary>
    public string CostModelName => _costs?.Name ?? CostModelCatalog.Default;

    /// <summary>Length of a time-series window in ns; 0 divides the trace into a hundred.</summary>
    public long WindowNs { get; init; }

    /// <summary>Time from the recording's start that figures leave out, in ns: caches fill in it.</summary>
    public long WarmupNs { get; init; }

    public CacheStart Start { get; init; }

    /// <summary>Drives cost draws and the grace-period model.</summary>
    public ulong Seed { get; init; }

    /// <summary>What stack operations depend on.</summary>
    public LifecycleConditions Lifecycle { get; init; } = LifecycleConditions.Default;

    /// <summary>Which memory node new stacks are on.</summary>
    public NodeMemory NodeMemory { get; init; }

    /// <summary>
    /// How long a workqueue needs for a vfree that is handed to it, ns: a model, for no event shows it. The default is a jiffy at HZ=250.
    /// A worker of the CPU is woken at once: on an idle CPU it runs within microseconds; on a busy one it takes the CPU at the next tick
    /// at the latest, if nothing of higher priority runs. This is the latter, so memory is rather over- than understated.
    /// </summary>
    public long VfreeDelayNs { get; init; } = 4_000_000;

    /// <summary>The same, with the topology that a trace is replayed on.</summary>
    public ReplayConditions On(TraceFacts facts) =>
        this with { Lifecycle = Lifecycle with { Topology = MachineTopology.Of(Lifecycle.Topology, facts) } };

    /// <summary><c>cost-model=lwn-2016 seed=7 pins=0.5%:200us</c>: all that is not at its default.</summary>
    public override string ToString() => string.Join(
        ' ',
        ConditionDefinition.All.Where(condition => !condition.IsDefault(this)).Select(condition => $"{condition.Name}={condition.Print(this)}"));
}
