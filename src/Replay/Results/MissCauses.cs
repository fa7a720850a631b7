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
