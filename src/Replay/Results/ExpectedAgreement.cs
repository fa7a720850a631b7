using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.Replay.Results;

/// <summary>
/// How many forks a replay of the recorded kernel's own policy is expected to predict correctly, computed from the recording and its
/// replay. Nearly all errors come from the times of RCU callbacks (docs/fidelity.md). A fork is in doubt if it took a stack that an RCU
/// callback had brought back at a time that no event marks, or if it missed because such a callback was still to come. The expected errors
/// are the sum of: a share of the forks in doubt, measured per evidence level on recordings that contain the kernel's own answer; a share
/// of the failed forks; a small share of all forks for other reasons; and chance.
/// </summary>
/// <param name="Evidence">The evidence level that the recording has.</param>
/// <param name="Low">The lowest share to expect, 0 to 1.</param>
/// <param name="High">The highest share to expect, 0 to 1.</param>
public sealed record ExpectedAgreement(string Evidence, double Low, double High)
{
    // Normal quantile of 95 %, one-sided.
    private const double Chance = 1.645;

    // A failed fork took a stack and gave it back. No event marks when and where, so it may change another fork's outcome.
    private const double OfFailed = 0.3;

    // By level: the highest share of doubtful forks that are predicted wrongly, and the highest share of all forks that are wrong for other
    // reasons. The values hold for the recordings of the table in docs/fidelity.md and for ten loads of study/results/loads.tsv; the ten
    // other loads judge them.
    private static readonly ImmutableArray<(string Level, double OfDoubtful, double OfAll)> s_levels =
    [
        ("fork-exit", 0.75, 0.06),
        ("switch", 0.75, 0.06),
        ("free", 0.55, 0.03),
        ("alloc", 0.60, 0.005),
        ("standard", 0.16, 0.004),
    ];

    /// <summary>
    /// The agreement to expect of a result, for the forks whose outcome does not depend on what the caches held at the start. Null if there
    /// are none, if the trace shows no deaths, or if the result has no answer.
    /// </summary>
    /// <param name="facts">The recording.</param>
    /// <param name="own">A replay of its kernel's own policy, as recorded.</param>
    public static ExpectedAgreement? Of(TraceFacts facts, CellResult own)
    {
        ArgumentNullException.ThrowIfNull(own);
        long judged = own.Allocations - Math.Max(0, (own.HitsStartingFull ?? own.Hits) - own.Hits);
        if (LevelOf(facts) is not { } level || judged <= 0)
            return null;
        (_, double ofDoubtful, double ofAll) = s_levels.Single(known => known.Level == level);
        double wrong = Math.Min(1, (ofDoubtful * DoubtfulShare(own)) + (OfFailed * own.FailedForks / own.Allocations) + ofAll);
        double chance = Chance * Math.Sqrt(wrong * (1 - wrong) / judged);
        return new ExpectedAgreement(level, Math.Max(0, 1 - wrong - chance), 1);
    }

    /// <summary>The evidence level of a trace, from the kinds of events in it; null if it has none.</summary>
    public static string? LevelOf(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Forks == 0 || facts.CountOf(EventKind.DeathSwitch) + facts.CountOf(EventKind.Exit) == 0)
            return null;
        if (facts.CountOf(EventKind.DeathSwitch) == 0)
            return "fork-exit";
        if (facts.CountOf(EventKind.Free) == 0)
            return "switch";
        if (facts.CountOf(EventKind.TaskAlloc) == 0)
            return "free";
        return facts.CountOf(EventKind.RcuSoftirqEntry) > 0 ? "standard" : "alloc";
    }

    // If a stack's callback is observed, it is a thread's: the callback of its task_struct follows directly.
    private static double DoubtfulShare(CellResult own)
    {
        OperationEvidence? callbacks = own.Grade.Uses.FirstOrDefault(
            use => use.Kind is StackOperationKind.StackCallback or StackOperationKind.TaskFree);
        double unseen = callbacks is { Total: > 0 } ? 1 - ((double)callbacks.Observed / callbacks.Total) : 0;
        return unseen * (own.CachedByCallback + own.Causes.RcuDelay) / own.Allocations;
    }
}

/// <summary>How a replay of the kernel's own policy compares with the kernel's own answer, which the recording contains.</summary>
/// <param name="Forks">Forks judged.</param>
/// <param name="Share">Share of these that the replay predicted correctly, 0 to 1.</param>
/// <param name="BalancedShare">Mean of the shares of hits and of misses that were predicted correctly. A load that nearly always hits does
/// not inflate it.</param>
/// <param name="ConstantShare">The share that always answering "hit", or always "miss", would reach, whichever is higher.</param>
/// <param name="HitRate">The kernel's own hit rate, 0 to 1.</param>
public sealed record MeasuredAgreement(long Forks, double Share, double BalancedShare, double ConstantShare, double HitRate);
