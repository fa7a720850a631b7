using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Results;

/// <summary>What one policy, with one set of parameters, would have done on one trace. It does not depend on wall-clock time.</summary>
public sealed record CellResult
{
    /// <summary>Stable id of trace x policy x parameters x cost model x seed: 16 hexadecimal digits.</summary>
    public required string Cell { get; init; }

    /// <summary>File name of the recording.</summary>
    public required string Trace { get; init; }

    /// <summary>Digest of the recording (<see cref="Events.RecordingDigest"/>).</summary>
    public required string TraceDigest { get; init; }

    /// <summary>The policy that was replayed. For <c>linux</c>: the policy that it stands for on this trace.</summary>
    public required string Policy { get; init; }

    /// <summary>The policy name that the user gave: <see cref="Policy"/>, or a name that stands for it.</summary>
    public string AskedFor { get; init; } = "";

    /// <summary>Why <see cref="AskedFor"/> stands for the policy on this trace; null if it always does, or is the policy's own
    /// name.</summary>
    public string? Reason { get; init; }

    /// <summary>Version of the policy's behaviour (<see cref="Contract.PolicyDescriptor.Version"/>); 0 in rows older than
    /// versions.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>Version of what the engine does for every policy (<see cref="Engine.ReplayEngine.Version"/>); 0 in rows older than
    /// versions.</summary>
    public int EngineVersion { get; init; }

    /// <summary>sha256 of the file that contains the policy (<see cref="Contract.PolicyEntry.Origin"/>); empty for policies of the
    /// catalogue.</summary>
    public string PolicyOrigin { get; init; } = "";

    public required ImmutableSortedDictionary<string, long> Parameters { get; init; }

    /// <summary>
    /// Conditions of the replay, with the topology of the machine. <see cref="CacheStart.Full"/> appears only if all figures of the row are
    /// those of a start from full caches; then <see cref="HitsStartingFull"/> equals <see cref="Hits"/>.
    /// </summary>
    public ReplayConditions Conditions { get; init; } = ReplayConditions.Default;

    /// <summary>True if caches were full when the recording began.</summary>
    public bool StartsFull => Conditions.Start == CacheStart.Full;

    /// <summary>True if this is the row of a policy with exactly these arguments.</summary>
    /// <param name="selection">In the form of <c>PolicySelection.ToString</c>: <c>linux-5.18:capacity=2</c>.</param>
    public bool IsOf(string selection) => selection == (Parameters.Count == 0
        ? Policy
        : $"{Policy}:{string.Join(',', Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")))}");

    /// <summary>How good the evidence is for the operations that the policy depends on.</summary>
    public required Grade Grade { get; init; }

    /// <summary>
    /// How many forks the replay is expected to predict correctly. Null where events were lost, for policies other than the recorded
    /// kernel's own, and under conditions that differ from the recording's.
    /// </summary>
    public ExpectedAgreement? Expected { get; init; }

    /// <summary>How many forks it predicted correctly, if the recording contains the kernel's own answer and the two were compared; else
    /// null.</summary>
    public MeasuredAgreement? Measured { get; init; }

    /// <summary>Why the trace cannot answer for this policy; null if it can. The figures below are valid only if it is null.</summary>
    public string? Unmet { get; init; }

    /// <summary>Stacks requested, including those of failed forks.</summary>
    public long Allocations { get; init; }

    /// <summary>Forks that took a stack and failed.</summary>
    public long FailedForks { get; init; }

    /// <summary>Allocations of a task_struct that are separated by gaps in the recording from the events that would show their
    /// result.</summary>
    public long CutAllocations { get; init; }

    /// <summary>
    /// How often lost events made the contents of a CPU's cache unknown. After such a gap the cache counts as empty, or as full in <see
    /// cref="HitsStartingFull"/>, as at the start of the recording.
    /// </summary>
    public long CutCaches { get; init; }

    /// <summary>Allocations served from a cache.</summary>
    public long Hits { get; init; }

    public long Misses { get; init; }

    /// <summary>The misses by cause.</summary>
    public MissCauses Causes { get; init; }

    /// <summary>
    /// Hits if caches had been full at the start of the recording. <see cref="Hits"/> assumes empty caches; the true number lies between.
    /// Null if the plan did not ask for it, or if the policy does not define full.
    /// </summary>
    public long? HitsStartingFull { get; init; }

    /// <summary>Mean of <see cref="Latency"/> if caches had been full at the start of the recording, ns; null under the same conditions as
    /// the hits.</summary>
    public double? MeanCostStartingFullNs { get; init; }

    /// <summary>Hits over allocations, 0 where there are none.</summary>
    public double HitRate => Allocations == 0 ? 0 : (double)Hits / Allocations;

    /// <summary>
    /// Upper bound on the hit rate with hindsight, from empty caches: for policies that give forks the stacks of dead tasks and use as many
    /// bytes on average (cached, waiting for RCU, waiting for vfree) as this one. A policy that maps stacks ahead of forks (<c>refill</c>)
    /// may exceed it. Null if the plan did not ask for it, or caches began full.
    /// </summary>
    public double? BoundHitRate { get; init; }

    /// <summary>
    /// Allocations of more than one contiguous page (order 2 for 16 KiB stacks of 4 KiB pages) that vmalloc made unnecessary; 0 if the
    /// policy allocates such pages.
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

    /// <summary>Of <see cref="Freed"/>: cached stacks that were given back because their CPU went offline.</summary>
    public long FreedOffline { get; init; }

    /// <summary>What a fork paid for its stack.</summary>
    public LatencyHistogram Latency { get; init; } = new();

    /// <summary>Cost of giving stacks back, per step; empty where the cost model has no price for it.</summary>
    public LatencyHistogram ReleaseCost { get; init; } = new();

    /// <summary>CPU time for taking and giving back a million stacks, in seconds, as far as the cost model has prices for it.</summary>
    public double CpuSecondsPerMillionForks => CreateJoinCostMeanNs * 1e6 / 1e9;

    /// <summary>
    /// Mean cost of the stack in one pthread_create and pthread_join, in ns: taking it, giving it back, and a share of each purge. A lower
    /// bound if <see cref="CreateJoinUnpriced"/> is not empty.
    /// </summary>
    public double CreateJoinCostMeanNs =>
        Allocations == 0 ? 0 : ((Latency.SumNs + ReleaseCost.SumNs) / Allocations) + (PurgeCostMeanNs ?? 0);

    /// <summary>Cost of purges of address space per fork, ns; null where the cost model has no price for them, or where there can be no
    /// purge.</summary>
    public double? PurgeCostMeanNs { get; init; }

    /// <summary>
    /// Mean cost of a stack minus that of order-2 pages in the same forks, in a kernel that clears and charges as this policy does, ns;
    /// null where the cost model has no price for pages.
    /// </summary>
    public double? DifferenceToPagesNs { get; init; }

    /// <summary>
    /// Tells how to read <see cref="DifferenceToPagesNs"/>: empty for an exact figure, <c>&gt;=</c> or <c>&lt;=</c> for a bound. A part
    /// without a price does not matter if both sides pay for it alike.
    /// </summary>
    public string DifferenceToPagesBound { get; init; } = "";

    /// <summary>Mean cost with every price at the low and at the high end of its interval; null where the cost model has no
    /// intervals.</summary>
    public CostInterval? MeanCostIntervalNs { get; init; }

    /// <summary>Parts that forks paid for and that have no price in the cost model. If there are any, costs are lower bounds.</summary>
    public ImmutableArray<string> Unpriced { get; init; } = [];

    /// <summary>The same, for taking a stack and giving it back.</summary>
    public ImmutableArray<string> CreateJoinUnpriced { get; init; } = [];

    /// <summary>True if the cost model describes kernels that do other work on a stack (clearing, charging) than this policy.</summary>
    public bool IsOtherEra { get; init; }

    public MemoryUse Memory { get; init; } = new(new StockUse(0, 0, 0), new StockUse(0, 0, 0), new StockUse(0, 0, 0));

    /// <summary>Length of the windows of <see cref="Series"/>, ns.</summary>
    public long WindowNs { get; init; }

    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];

    /// <summary>By forking CPU, in order; CPUs without forks are left out. Empty if the plan did not ask for it.</summary>
    public ImmutableArray<CpuUse> ByCpu { get; init; } = [];

    /// <summary>By comm, most forks first. Empty if the plan did not ask for it.</summary>
    public ImmutableArray<CommUse> ByComm { get; init; } = [];

    /// <summary>By cgroup, most forks first. Empty if the plan did not ask for it, or if the trace does not name cgroups.</summary>
    public ImmutableArray<CgroupUse> ByCgroup { get; init; } = [];

    /// <summary>Reuse of cached stacks; null if the plan did not ask for it, or if the policy moves stacks between caches.</summary>
    public StackReuse? Reuse { get; init; }
}

/// <summary>Hits and misses of the forks with one comm: the new task's name at its fork, which is its parent's; empty where
/// unknown.</summary>
public sealed record CommUse(string Comm, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>Hits and misses of the forks in one cgroup: the parent's at the fork, which is charged for the stack; empty where
/// unknown.</summary>
public sealed record CgroupUse(string Cgroup, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>Hits and misses of the forks on one CPU.</summary>
public sealed record CpuUse(int Cpu, long Hits, MissCauses Misses)
{
    public long Allocations => Hits + Misses.Total;
}

/// <summary>One window of time of a replay.</summary>
/// <param name="StartNs">Start, in nanoseconds from the recording's first event.</param>
/// <param name="Allocations">Stacks requested in the window.</param>
/// <param name="Hits">Of <paramref name="Allocations"/>: served from a cache.</param>
/// <param name="LiveStacks">Live at the window's end.</param>
/// <param name="CachedStacks">Cached at the window's end.</param>
/// <param name="WaitingStacks">Waiting for RCU at the window's end.</param>
public readonly record struct SeriesPoint(
    long StartNs, long Allocations, long Hits, long LiveStacks, long CachedStacks, long WaitingStacks);

/// <summary>
/// How soon cached stacks are used again, and by which process: for that time, and for that process, a stack still contains data of its
/// last owner. Slots are used in the kernel's order: the lowest empty slot is filled, the lowest filled slot is taken (kernel/fork.c).
/// </summary>
/// <param name="Idle">Time between put and reuse.</param>
/// <param name="SameProcess">Reuses by a task of the last owner's process.</param>
/// <param name="OtherProcess">Reuses by a task of another process.</param>
/// <param name="UnknownProcess">Reuses where the trace does not tell the process of one of the two.</param>
public sealed record StackReuse(LatencyHistogram Idle, long SameProcess, long OtherProcess, long UnknownProcess)
{
    /// <summary>
    /// Share of the tasks' lifetime, 0 to 1, that belongs to tasks that died on another memory node than their stack's. This is an
    /// estimate: a recording shows where tasks are born and die, not where they ran in between. Null on machines with one node.
    /// </summary>
    public double? OffNodeLifeShare { get; init; }
}
