using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Results;

/// <summary>What one policy, with one set of parameters, would have done on one trace. Free of wall-clock time.</summary>
public sealed record CellResult
{
    /// <summary>Stable id of trace x policy x parameters x cost model x seed: 16 hexadecimal digits.</summary>
    public required string Cell { get; init; }

    /// <summary>File name of the recording.</summary>
    public required string Trace { get; init; }

    /// <summary>Digest of the recording (<see cref="Events.RecordingDigest"/>).</summary>
    public required string TraceDigest { get; init; }

    /// <summary>The policy that was replayed; for <c>linux</c>, the one that it stands for on this trace.</summary>
    public required string Policy { get; init; }

    /// <summary>The name that was asked for: <see cref="Policy"/>, or one that stands for it.</summary>
    public string AskedFor { get; init; } = "";

    /// <summary>Why <see cref="AskedFor"/> stands for the policy on this trace; null where it always does, or is the policy's own name.</summary>
    public string? Reason { get; init; }

    /// <summary>Version of the policy's behaviour (<see cref="Contract.PolicyDescriptor.Version"/>); 0 in rows from before there was one.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>Version of what the engine does for every policy (<see cref="Engine.ReplayEngine.Version"/>); 0 as above.</summary>
    public int EngineVersion { get; init; }

    /// <summary>sha256 of the file that the policy is from (<see cref="Contract.PolicyEntry.Origin"/>); empty in the catalogue.</summary>
    public string PolicyOrigin { get; init; } = "";

    public required ImmutableSortedDictionary<string, long> Parameters { get; init; }

    /// <summary>
    /// Under what it was replayed, with the topology of the machine, and with <see cref="CacheStart.Full"/> only if all figures of the row
    /// are those of a start from full caches; then <see cref="HitsStartingFull"/> is <see cref="Hits"/>.
    /// </summary>
    public ReplayConditions Conditions { get; init; } = ReplayConditions.Default;

    /// <summary>True if caches were full when the recording began.</summary>
    public bool StartsFull => Conditions.Start == CacheStart.Full;

    /// <summary>True if it is the row of a policy with just these arguments.</summary>
    /// <param name="selection">As <c>PolicySelection.ToString</c> has it: <c>linux-5.18:capacity=2</c>.</param>
    public bool IsOf(string selection) => selection == (Parameters.Count == 0
        ? Policy
        : $"{Policy}:{string.Join(',', Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")))}");

    /// <summary>How the operations that the policy depends on are known.</summary>
    public required Grade Grade { get; init; }

    /// <summary>
    /// How many forks the replay is expected to tell right. Null where events were lost, for a policy that is not the recorded kernel's
    /// own, and under conditions that are not the recording's.
    /// </summary>
    public ExpectedAgreement? Expected { get; init; }

    /// <summary>How many it told right, where the recording holds the kernel's own answer and somebody compared; else null.</summary>
    public MeasuredAgreement? Measured { get; init; }

    /// <summary>Why the trace cannot answer for this policy; null if it can. Then the figures below are there.</summary>
    public string? Unmet { get; init; }

    /// <summary>Stacks asked for, failed forks included.</summary>
    public long Allocations { get; init; }

    /// <summary>Forks that took a stack and failed.</summary>
    public long FailedForks { get; init; }

    /// <summary>Allocations of a task_struct that gaps in the recording part from what came of them.</summary>
    public long CutAllocations { get; init; }

    /// <summary>
    /// How often lost events leave it unknown what a CPU's cache holds: there it is empty again, or full in
    /// <see cref="HitsStartingFull"/>, as when the recording begins.
    /// </summary>
    public long CutCaches { get; init; }

    /// <summary>Allocations served from a cache.</summary>
    public long Hits { get; init; }

    public long Misses { get; init; }

    /// <summary>The misses, told apart.</summary>
    public MissCauses Causes { get; init; }

    /// <summary>
    /// Hits if the caches had been full when the recording began; <see cref="Hits"/> has them empty, and the truth is between. Null where
    /// the plan did not ask, or the policy does not say what full is.
    /// </summary>
    public long? HitsStartingFull { get; init; }

    /// <summary>Mean of <see cref="Latency"/> if the caches had been full when the recording began, ns; null as for the hits.</summary>
    public double? MeanCostStartingFullNs { get; init; }

    /// <summary>Hits over allocations, 0 where there are none.</summary>
    public double HitRate => Allocations == 0 ? 0 : (double)Hits / Allocations;

    /// <summary>
    /// The most hits over allocations that any policy could have with hindsight, from empty caches, if it gives forks the stacks of dead
    /// tasks and holds as many bytes on average (cached, waiting for RCU, waiting for vfree) as this one. A policy that maps stacks ahead
    /// (<c>refill</c>) may be above it. Null where the plan did not ask, or caches began full.
    /// </summary>
    public double? BoundHitRate { get; init; }

    /// <summary>
    /// Allocations of more than one contiguous page that vmalloc made unnecessary (order 2 for 16 KiB stacks of 4 KiB pages); 0 where the
    /// policy takes such pages.
    /// </summary>
    public long HighOrderAllocationsAvoided => Memory.AddressSpace is null ? 0 : Allocations;

    /// <summary>Stacks put into a cache at the final switch.</summary>
    public long CachedAtRelease { get; init; }

    /// <summary>Stacks put into a cache by an RCU callback.</summary>
    public long CachedByCallback { get; init; }

    /// <summary>Stacks that had to wait for an RCU callback.</summary>
    public long QueuedForRcu { get; init; }

    /// <summary>Stacks given back to the system.</summary>
    public long Freed { get; init; }

    /// <summary>Of these, cached stacks that were given back because their CPU went offline.</summary>
    public long FreedOffline { get; init; }

    /// <summary>What a fork paid for its stack.</summary>
    public LatencyHistogram Latency { get; init; } = new();

    /// <summary>What giving stacks back cost, step by step; empty where the cost model does not price it.</summary>
    public LatencyHistogram ReleaseCost { get; init; } = new();

    /// <summary>CPU time for a million stacks taken and given back, in seconds; as far as the cost model prices it.</summary>
    public double CpuSecondsPerMillionForks => CreateJoinCostMeanNs * 1e6 / 1e9;

    /// <summary>
    /// What one pthread_create and pthread_join spend on the stack, on average, in ns: taking it, giving it back, and a share of each
    /// purge. A lower bound where <see cref="CreateJoinUnpriced"/> is not empty.
    /// </summary>
    public double CreateJoinCostMeanNs =>
        Allocations == 0 ? 0 : ((Latency.SumNs + ReleaseCost.SumNs) / Allocations) + (PurgeCostMeanNs ?? 0);

    /// <summary>What purges of address space cost per fork, ns; null where the cost model does not price them, or none can be.</summary>
    public double? PurgeCostMeanNs { get; init; }

    /// <summary>
    /// Mean cost of a stack less that of order-2 pages in the same forks, in a kernel that clears and charges as this policy does, ns;
    /// null where the cost model does not price pages.
    /// </summary>
    public double? DifferenceToPagesNs { get; init; }

    /// <summary>
    /// What <see cref="DifferenceToPagesNs"/> is: empty for a figure, <c>&gt;=</c> or <c>&lt;=</c> for a bound. A part without a price
    /// that both sides pay alike takes nothing from it.
    /// </summary>
    public string DifferenceToPagesBound { get; init; } = "";

    /// <summary>Mean cost if the prices are those of the ends of their intervals; null where the cost model has none.</summary>
    public CostInterval? MeanCostIntervalNs { get; init; }

    /// <summary>Parts that forks paid for and the cost model has no price for: with any, costs are lower bounds.</summary>
    public ImmutableArray<string> Unpriced { get; init; } = [];

    /// <summary>The same of taking a stack and giving it back.</summary>
    public ImmutableArray<string> CreateJoinUnpriced { get; init; } = [];

    /// <summary>True if the cost model is of kernels that do other work on a stack (clearing, charging) than this policy.</summary>
    public bool IsOtherEra { get; init; }

    public MemoryUse Memory { get; init; } = new(new StockUse(0, 0, 0), new StockUse(0, 0, 0), new StockUse(0, 0, 0));

    /// <summary>Length of the windows of <see cref="Series"/>, ns.</summary>
    public long WindowNs { get; init; }

    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];

    /// <summary>By forking CPU, in order; CPUs without forks are left out. Empty where the plan did not ask.</summary>
    public ImmutableArray<CpuUse> ByCpu { get; init; } = [];

    /// <summary>By comm, most forks first. Empty where the plan did not ask.</summary>
    public ImmutableArray<CommUse> ByComm { get; init; } = [];

    /// <summary>By cgroup, most forks first. Empty where the plan did not ask, or the trace does not say.</summary>
    public ImmutableArray<CgroupUse> ByCgroup { get; init; } = [];

    /// <summary>Reuse of cached stacks; null where the plan did not ask, or the policy moves stacks between caches.</summary>
    public StackReuse? Reuse { get; init; }
}

/// <summary>What forks of one comm got: the new task's name at its fork, which is its parent's; empty where unknown.</summary>
public sealed record CommUse(string Comm, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>What forks of one cgroup got: the parent's at the fork, which is charged for the stack; empty where unknown.</summary>
public sealed record CgroupUse(string Cgroup, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>What forks on one CPU got.</summary>
public sealed record CpuUse(int Cpu, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>One window of time of a replay.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Allocations">Stacks asked for in the window.</param>
/// <param name="Hits">Of these, served from a cache.</param>
/// <param name="LiveStacks">Live at the window's end.</param>
/// <param name="CachedStacks">Cached at the window's end.</param>
/// <param name="WaitingStacks">Waiting for RCU at the window's end.</param>
public readonly record struct SeriesPoint(
    long StartNs, long Allocations, long Hits, long LiveStacks, long CachedStacks, long WaitingStacks);

/// <summary>
/// How soon and by whom cached stacks are used again: what a stack still holds of its last owner is there for that long, and for that
/// process. Slots are used in the kernel's order: the lowest that is empty is filled, the lowest that is not is taken (kernel/fork.c).
/// </summary>
/// <param name="Idle">Time between put and reuse.</param>
/// <param name="SameProcess">Reuses by a task of the last owner's process.</param>
/// <param name="OtherProcess">Reuses by a task of another process.</param>
/// <param name="UnknownProcess">Reuses where the trace does not tell the process of one of the two.</param>
public sealed record StackReuse(LatencyHistogram Idle, long SameProcess, long OtherProcess, long UnknownProcess)
{
    /// <summary>
    /// Share of the lives of tasks, 0 to 1, that belongs to tasks that died on another memory node than their stack's. A recording shows
    /// where tasks are born and die, not where they ran between: an estimate. Null on machines of one node.
    /// </summary>
    public double? OffNodeLifeShare { get; init; }
}
