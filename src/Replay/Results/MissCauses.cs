namespace ForkTrace.Replay.Results;

/// <summary>Misses by cause: exclusive, and all of them. <see cref="AllocationOutcome"/> says what each means.</summary>
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
/// How a fork got its stack: from a cache, or why not. A miss has the first cause that holds, asking from the least change to the
/// greatest what would have made it a hit. See docs/policies.md.
/// </summary>
public enum AllocationOutcome : byte
{
    /// <summary>No fork.</summary>
    None = 0,

    /// <summary>A cached stack was taken.</summary>
    Hit = 1,

    /// <summary>A cache without bound would have had one: it was dropped, for lack of room or by age.</summary>
    Capacity = 2,

    /// <summary>A cache without bound and without delay would have had one: it was on its way through RCU.</summary>
    RcuDelay = 3,

    /// <summary>A cache that also keeps stacks of other memory nodes would have had one.</summary>
    Node = 4,

    /// <summary>One pool for the whole machine would have had one: the task had died elsewhere.</summary>
    Placement = 5,

    /// <summary>No task had died whose stack was not taken already.</summary>
    Cold = 6,
}
