namespace ForkTrace.Replay.Contract;

/// <summary>The description of a policy for lists, help, checks and reports.</summary>
/// <param name="Name">The name that <c>--policy</c> takes.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Source">Kernel function and version, or paper.</param>
/// <param name="Return">When it releases a dead task's stack.</param>
/// <param name="Uses">The operations that its results depend on; the grade of a result is about these.</param>
/// <param name="Parameters">The parameters that can be set.</param>
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
    /// Version of the policy's behaviour. Raise it by one with each change that may alter rows for the same trace and parameters. Results
    /// contain it, so that a comparison can distinguish a changed policy from a changed load.
    /// </summary>
    public int Version { get; init; } = 1;

    /// <summary>The heading under which lists show it.</summary>
    public PolicyGroup Group { get; init; } = PolicyGroup.Idea;

    /// <summary>
    /// True if the policy is one cache per CPU with up to <c>capacity</c> stacks and nothing more: allocate takes a stack, and the moment
    /// that <see cref="StackRules.Return"/> names puts or drops it. All capacities of such a policy are replayed in one pass.
    /// </summary>
    public bool OnlyCounts { get; init; }
}

/// <summary>Groups of policies in lists.</summary>
public enum PolicyGroup
{
    /// <summary>The behaviour of released kernels.</summary>
    Release,

    /// <summary>Options that were tried or discussed in 2016, when stacks became virtually mapped.</summary>
    Story2016,

    /// <summary>Bounds that no policy of the same kind can exceed, or fall below.</summary>
    Bound,

    /// <summary>Proposals for kernels; also plug-ins that do not set a group.</summary>
    Idea,
}

/// <summary>A numeric parameter of a policy.</summary>
/// <param name="Name">As in <c>--policy NAME:param=value</c>.</param>
/// <param name="Summary">Its meaning.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Default">Value if none is given.</param>
/// <param name="Min">Lowest value allowed.</param>
/// <param name="Max">Highest value allowed.</param>
public sealed record PolicyParameter(string Name, string Summary, string Unit, long Default, long Min, long Max)
{
    /// <summary>Slots of each CPU's cache: NR_CACHED_STACKS is 2 in every kernel that has it (kernel/fork.c).</summary>
    public static PolicyParameter Capacity { get; } = new("capacity", "stacks that each CPU may keep", "stacks", 2, 0, 65536);
}
