using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Engine;

/// <summary>What to replay over a trace: every policy under the same cost model and seed.</summary>
public sealed record ReplayPlan
{
    /// <summary>What <see cref="VfreeDelayNs"/> is where nothing else is asked for.</summary>
    public const long DefaultVfreeDelayNs = VfreeQueue.DefaultDelayNs;

    public required ImmutableArray<PolicySelection> Policies { get; init; }

    public required CostModel Costs { get; init; }

    /// <summary>Drives cost draws and the grace-period model.</summary>
    public ulong Seed { get; init; }

    /// <summary>Length of a time-series window in ns; 0 divides the trace into a hundred.</summary>
    public long WindowNs { get; init; }

    /// <summary>Time from the recording's start that figures leave out, in ns: caches fill in it.</summary>
    public long WarmupNs { get; init; }

    /// <summary>Also replay from full caches, so that a result shows how much the unknown start matters.</summary>
    public bool Bracket { get; init; } = true;

    /// <summary>
    /// Replay from full caches instead of empty ones. Policies that do not say what full is are replayed from empty ones: their rows say
    /// so.
    /// </summary>
    public bool StartFull { get; init; }

    /// <summary>When and where RCU callbacks run that the recording does not show.</summary>
    public RcuModel Rcu { get; init; } = RcuModel.Default;

    /// <summary>What delays releases; null for nothing.</summary>
    public PinModel? Pins { get; init; }

    /// <summary>How long a workqueue needs for a vfree that is handed to it, ns: a model, for no event shows it.</summary>
    public long VfreeDelayNs { get; init; } = DefaultVfreeDelayNs;

    /// <summary>Also count by CPU and by comm.</summary>
    public bool Breakdown { get; init; } = true;

    /// <summary>Also follow which stack is reused when and by whom.</summary>
    public bool Reuse { get; init; }

    /// <summary>Memory node of each CPU where the trace does not say, or to try another machine; empty for the trace's own.</summary>
    public ImmutableArray<int> NodeOfCpu { get; init; } = [];

    /// <summary>Group of CPUs that share a last-level cache, for each CPU; empty for the trace's own, else one group of all.</summary>
    public ImmutableArray<int> CacheOfCpu { get; init; } = [];

    /// <summary>Threads that may replay at a time; results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Nodes and caches that a trace is replayed on, as <c>--topology</c> takes them; empty where nothing says.</summary>
    public string TopologyOf(TraceFacts facts) => MachineTopology.Text(NodesOf(facts), CachesOf(facts));

    /// <summary>The machine that operations of a trace are replayed on.</summary>
    internal MachineShape MachineOf(TraceFacts facts, StackOperations operations) =>
        MachineShape.Of(operations.CpuCount, operations.Tasks, NodesOf(facts), CachesOf(facts));

    private ImmutableArray<int> NodesOf(TraceFacts facts) => NodeOfCpu.IsEmpty ? facts.CpuNodes : NodeOfCpu;

    private ImmutableArray<int> CachesOf(TraceFacts facts) => CacheOfCpu.IsEmpty ? facts.CpuCaches : CacheOfCpu;

    /// <summary>The plan of a user who chose nothing.</summary>
    public static ReplayPlan Default => new()
    {
        Policies = [.. PolicyCatalog.Defaults.Select(PolicySelection.Parse)],
        Costs = CostModelCatalog.Load(CostModelCatalog.Default),
    };
}
