using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Conditions;

/// <summary>Contents of the caches when the recording begins.</summary>
public enum CacheStart
{
    /// <summary>Caches are empty. Each row also shows how often it would hit from full caches.</summary>
    Both,

    /// <summary>Caches are empty.</summary>
    Empty,

    /// <summary>Caches are full if the policy defines what full is. Otherwise they are empty, and the row says so.</summary>
    Full,
}

/// <summary>Which memory node the pages of a new stack are on.</summary>
public enum NodeMemory
{
    /// <summary>That of the forking CPU: vmalloc for a task without a memory policy.</summary>
    Local,

    /// <summary>All in turn, page by page: the forking task's memory policy is MPOL_INTERLEAVE (numactl --interleave).</summary>
    Interleave,
}

/// <summary>
/// The conditions under which policies are replayed: everything that neither the recording nor a policy says. Each has a <see
/// cref="ConditionDefinition"/> that says how it is named, read, printed and stored.
/// </summary>
public sealed record ReplayConditions
{
    // Null for the default model. That one is read only when it is used, so that printing help does not read it.
    private readonly CostModel? _costs;

    /// <summary>The conditions if the user chose none.</summary>
    public static ReplayConditions Default { get; } = new();

    /// <summary>Prices of stack operations.</summary>
    public CostModel Costs
    {
        get => _costs ?? CostModelCatalog.Load(CostModelCatalog.Default);
        init => _costs = ReferenceEquals(value, CostModelCatalog.Load(CostModelCatalog.Default)) ? null : value;
    }

    /// <summary>Name of <see cref="Costs"/>; does not read the default model.</summary>
    public string CostModelName => _costs?.Name ?? CostModelCatalog.Default;

    /// <summary>Length of a window of the time series in ns; 0 divides the trace into a hundred windows.</summary>
    public long WindowNs { get; init; }

    /// <summary>Time at the start of the recording that figures leave out while caches fill, in ns.</summary>
    public long WarmupNs { get; init; }

    public CacheStart Start { get; init; }

    /// <summary>Drives cost draws and the grace-period model.</summary>
    public ulong Seed { get; init; }

    /// <summary>The conditions that stack operations depend on.</summary>
    public LifecycleConditions Lifecycle { get; init; } = LifecycleConditions.Default;

    /// <summary>Which memory node new stacks are on.</summary>
    public NodeMemory NodeMemory { get; init; }

    /// <summary>
    /// How long a workqueue needs for a vfree that is handed to it, ns. This is assumed, since no event shows it. The default is one jiffy
    /// at HZ=250. The kernel wakes a worker of the CPU at once. On an idle CPU the worker runs within microseconds; on a busy one it takes
    /// the CPU at the next tick at the latest, if nothing of higher priority runs. The default assumes a busy CPU, so it overstates memory
    /// rather than understating it.
    /// </summary>
    public long VfreeDelayNs { get; init; } = 4_000_000;

    /// <summary>The same conditions, with the topology that a trace is replayed on.</summary>
    public ReplayConditions On(TraceFacts facts) =>
        this with { Lifecycle = Lifecycle with { Topology = MachineTopology.Of(Lifecycle.Topology, facts) } };

    /// <summary><c>cost-model=lwn-2016 seed=7 pins=0.5%:200us</c>: all conditions that are not at their default.</summary>
    public override string ToString() => string.Join(
        ' ',
        ConditionDefinition.All.Where(condition => !condition.IsDefault(this)).Select(condition => $"{condition.Name}={condition.Print(this)}"));
}
