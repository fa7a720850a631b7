namespace ForkTrace.Replay.Results;

/// <summary>Misses by cause. Each miss has exactly one cause. <see cref="AllocationOutcome"/> explains the causes.</summary>
public readonly record struct MissCauses(long Cold, long Placement, long Node, long RcuDelay, long Capacity)
{
    public long Total => Cold + Placement + Node + RcuDelay + Capacity;

    internal static MissCauses Of(ReadOnlySpan<long> byOutcome) => new(
        byOutcome[(int)AllocationOutcome.Cold],
        byOutcome[(int)AllocationOutcome.Placement],
        byOutcome[(int)AllocationOutcome.Node],
        byOutcome[(int)AllocationOutcome.RcuDelay],
        byOutcome[(int)AllocationOutcome.Capacity]);
}

/// <summary>
/// How a fork got its stack: from a cache, or why not. Each cause names a change that would have made the miss a hit. Causes are tried from
/// the smallest change to the greatest, and the first that applies counts. See docs/policies.md.
/// </summary>
public enum AllocationOutcome : byte
{
    /// <summary>No fork.</summary>
    None = 0,

    /// <summary>A cached stack was taken.</summary>
    Hit = 1,

    /// <summary>An unbounded cache would have had a stack: the policy dropped it, for lack of room or because of its age.</summary>
    Capacity = 2,

    /// <summary>An unbounded cache without RCU delay would have had a stack: the stack was still waiting for RCU.</summary>
    RcuDelay = 3,

    /// <summary>A cache that also keeps stacks of other memory nodes would have had a stack.</summary>
    Node = 4,

    /// <summary>One pool for the whole machine would have had a stack: the task had died elsewhere.</summary>
    Placement = 5,

    /// <summary>No cache could have had a stack: the stack of every dead task was already taken.</summary>
    Cold = 6,
}
