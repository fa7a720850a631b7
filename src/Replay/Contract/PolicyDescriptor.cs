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
    : StackRules(Return)
{
    /// <summary>
    /// Counts what the policy does: raised by one with each change after which the same trace and parameters may give other rows.
    /// Results carry it, so that a comparison can tell a changed policy from a changed load.
    /// </summary>
    public int Version { get; init; } = 1;

    /// <summary>The heading that lists put it under.</summary>
    public PolicyGroup Group { get; init; } = PolicyGroup.Idea;

    /// <summary>
    /// True if the policy is one cache per CPU that only counts to <c>capacity</c>: allocate takes, and the moment that
    /// <see cref="StackRules.Return"/> names puts or drops. All capacities of such a policy are replayed in one pass.
    /// </summary>
    public bool OnlyCounts { get; init; }
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

/// <summary>A number that a policy can be given.</summary>
/// <param name="Name">As in <c>--policy NAME:param=value</c>.</param>
/// <param name="Summary">What it sets.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Default">Value where none is given.</param>
/// <param name="Min">Least value allowed.</param>
/// <param name="Max">Greatest value allowed.</param>
public sealed record PolicyParameter(string Name, string Summary, string Unit, long Default, long Min, long Max)
{
    /// <summary>Slots of each CPU's cache: NR_CACHED_STACKS is 2 in every kernel that has it (kernel/fork.c).</summary>
    public static PolicyParameter Capacity { get; } = new("capacity", "stacks that each CPU may keep", "stacks", 2, 0, 65536);
}
