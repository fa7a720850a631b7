using System.Collections.Immutable;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy as lists, help, checks and reports show it.</summary>
/// <param name="Name">The name that <c>--policy</c> takes.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Source">Kernel function and version, or paper.</param>
/// <param name="Return">When it lets go of a dead task's stack.</param>
/// <param name="Uses">The operations its answer depends on; the grade of a result speaks of these.</param>
/// <param name="Parameters">What can be set.</param>
public sealed record PolicyDescriptor(
    string Name,
    string Summary,
    string Source,
    StackReturn Return,
    ImmutableArray<StackOperationKind> Uses,
    ImmutableArray<PolicyParameter> Parameters)
{
    /// <summary>
    /// Counts what the policy does: raised by one with each change after which the same trace and parameters may give other rows.
    /// Results carry it, so that a comparison can tell a changed policy from a changed load.
    /// </summary>
    public int Version { get; init; } = 1;

    /// <summary>The heading that lists put it under.</summary>
    public PolicyGroup Group { get; init; } = PolicyGroup.Idea;

    /// <summary>Whose forks a dead task's stack can serve.</summary>
    public StackReach Reach { get; init; } = StackReach.Cpu;

    /// <summary>What is done to stacks besides; the cost model prices it.</summary>
    public StackWork Work { get; init; }

    /// <summary>
    /// True if the policy is one cache a CPU that only counts to <c>capacity</c>: allocate takes, and the moment that
    /// <see cref="Return"/> names puts or drops. All capacities of such a policy are replayed in one pass.
    /// </summary>
    public bool OnlyCounts { get; init; }

    /// <summary>
    /// True if a CPU's cache is emptied when the CPU goes offline. Else what is cached stays until the CPU is back.
    /// </summary>
    public bool FlushesOffline { get; init; }

    /// <summary>True if cached stacks move between caches, so that what each CPU has cached is not known from hits and puts.</summary>
    public bool MovesCached { get; init; }

    /// <summary>
    /// True if what happens on one CPU may change the cache of any other: then events lost on one leave it unknown what each holds. So it
    /// is wherever a stack returns to the CPU that forked its task.
    /// </summary>
    public bool SpansCpus
    {
        get => field || Reach == StackReach.ForkingCpu;
        init;
    }
}

/// <summary>What a policy is to its reader.</summary>
public enum PolicyGroup
{
    /// <summary>What released kernels do.</summary>
    Release,

    /// <summary>What was tried or weighed when stacks became virtually mapped, in 2016.</summary>
    Story2016,

    /// <summary>What no policy of its kind can beat, or fall below.</summary>
    Bound,

    /// <summary>What a kernel might do; also policies of plug-ins that do not say.</summary>
    Idea,
}
