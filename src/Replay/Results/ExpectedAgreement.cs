using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.Replay.Results;

/// <summary>
/// How many forks a replay of the recorded kernel's own policy is expected to tell right, computed from the recording and its replay. What
/// is told wrong is nearly all RCU time (docs/fidelity.md): a fork is in doubt if it took a stack that an RCU callback had brought back
/// at a time that no event marks, or missed because such a callback was yet to come. Of forks in doubt a share is told wrong that
/// recordings with the kernel's own answer give, by evidence; besides, a share of failed forks; besides, a few forks for other reasons; besides, chance.
/// </summary>
/// <param name="Evidence">The evidence level that the recording has.</param>
/// <param name="Low">The least share to expect, 0 to 1.</param>
/// <param name="High">The most, 0 to 1.</param>
public sealed record ExpectedAgreement(string Evidence, double Low, double High)
{
    // Normal quantile of 95 %, one-sided.
    private const double Chance = 1.645;

    // A fork that failed took a stack and gave it back, when and where no event marks: it may turn another fork's answer.
    private const double OfFailed = 0.3;

    // By level: of forks in doubt, the most that are told wrong; of all forks, the most that are for other reasons. Made to hold for the
    // recordings of the table in docs/fidelity.md and ten loads of study/results/loads.tsv, judged on the ten others.
    private static readonly ImmutableArray<(string Level, double OfDoubtful, double OfAll)> s_levels =
    [
        ("fork-exit", 0.75, 0.06),
        ("switch", 0.75, 0.06),
        ("free", 0.55, 0.03),
        ("alloc", 0.60, 0.005),
        ("standard", 0.16, 0.004),
    ];

    /// <summary>What to expect of a result; null if the trace shows no forks or no deaths, or the result has no answer.</summary>
    /// <param name="facts">The recording.</param>
    /// <param name="own">A replay of its kernel's own policy, as recorded.</param>
    public static ExpectedAgreement? Of(TraceFacts facts, CellResult own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (LevelOf(facts) is not { } level || own.Allocations == 0)
            return null;
        (_, double ofDoubtful, double ofAll) = s_levels.Single(known => known.Level == level);
        double wrong = Math.Min(1, (ofDoubtful * DoubtfulShare(own)) + (OfFailed * own.FailedForks / own.Allocations) + ofAll);
        double chance = Chance * Math.Sqrt(wrong * (1 - wrong) / own.Allocations);
        return new ExpectedAgreement(level, Math.Max(0, 1 - wrong - chance), 1);
    }

    /// <summary>The evidence level that a trace has by the kinds of events in it; null if none.</summary>
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

    // A stack's callback that is observed is a thread's: its own task_struct follows right behind.
    private static double DoubtfulShare(CellResult own)
    {
        OperationEvidence? callbacks = own.Grade.Uses.FirstOrDefault(
            use => use.Kind is StackOperationKind.StackCallback or StackOperationKind.TaskFree);
        double unseen = callbacks is { Total: > 0 } ? 1 - ((double)callbacks.Observed / callbacks.Total) : 0;
        return unseen * (own.CachedByCallback + own.Causes.RcuDelay) / own.Allocations;
    }
}

/// <summary>How a replay of the kernel's own policy compares with the kernel's own answer, which the recording holds.</summary>
/// <param name="Forks">Forks judged.</param>
/// <param name="Share">Of these, the share told right, 0 to 1.</param>
/// <param name="BalancedShare">Mean of the share of hits and of the share of misses told right: not flattered by a load that nearly always hits.</param>
/// <param name="ConstantShare">What saying always "hit", or always "miss", would reach.</param>
/// <param name="HitRate">The kernel's own hit rate, 0 to 1.</param>
public sealed record MeasuredAgreement(long Forks, double Share, double BalancedShare, double ConstantShare, double HitRate);
