using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Replay.Results;

/// <summary>How well a policy's replay predicts what the recorded kernel did, fork by fork.</summary>
public sealed record ValidationResult
{
    public required string Trace { get; init; }

    /// <summary>The policy with its parameters.</summary>
    public required string Policy { get; init; }

    /// <summary>Name of the evidence level.</summary>
    public required string Evidence { get; init; }

    /// <summary>Seed, RCU model, pins and topology of the replay.</summary>
    public ReplayConditions Conditions { get; init; } = ReplayConditions.Default;

    /// <summary>Forks judged: those with a known outcome, without the first two of each CPU (its cache may contain two unknown
    /// stacks).</summary>
    public required long Forks { get; init; }

    /// <summary>Both say hit.</summary>
    public required long TrueHits { get; init; }

    /// <summary>Both say miss.</summary>
    public required long TrueMisses { get; init; }

    /// <summary>The replay says hit, the kernel missed.</summary>
    public required long FalseHits { get; init; }

    /// <summary>The replay says miss, the kernel hit.</summary>
    public required long FalseMisses { get; init; }

    /// <summary>All forks with a known outcome, including the first two of each CPU.</summary>
    public required long AllForks { get; init; }

    /// <summary>Forks of <see cref="AllForks"/> that hit in the replay.</summary>
    public required long AllPredictedHits { get; init; }

    /// <summary>Forks of <see cref="AllForks"/> that hit in the kernel.</summary>
    public required long AllTrueHits { get; init; }

    /// <summary>The forks that were predicted wrongly, in order.</summary>
    public required ImmutableArray<Disagreement> Disagreements { get; init; }

    /// <summary>Share of the judged forks that were predicted correctly; 1 if there are none.</summary>
    public double Agreement => Forks == 0 ? 1 : (double)(TrueHits + TrueMisses) / Forks;

    /// <summary>
    /// Mean of the shares of hits and of misses that were predicted correctly. If one of the two does not occur, it is the share of the
    /// other. Example: on a load with 4 % hits, "always a miss" agrees in 96 % of the forks, but has a balanced agreement of 50 %.
    /// </summary>
    public double BalancedAgreement => (Share(TrueHits, FalseMisses), Share(TrueMisses, FalseHits)) switch
    {
        ({ } hits, { } misses) => (hits + misses) / 2,
        ({ } hits, null) => hits,
        (null, { } misses) => misses,
        _ => 1,
    };

    /// <summary>The agreement that always answering "hit", or always "miss", would reach, whichever is higher.</summary>
    public double ConstantAgreement => Forks == 0 ? 1 : (double)Math.Max(TrueHits + FalseMisses, TrueMisses + FalseHits) / Forks;

    /// <summary>The replay's hit rate minus the kernel's.</summary>
    public double HitRateError => PredictedHitRate - TrueHitRate;

    /// <summary>The part of it that a result stores.</summary>
    public MeasuredAgreement Measured => new(Forks, Agreement, BalancedAgreement, ConstantAgreement, TrueHitRate);

    /// <summary>95 % confidence interval of the agreement, assuming that forks are independent (E. B. Wilson 1927).</summary>
    public (double Low, double High) AgreementInterval => WilsonInterval(TrueHits + TrueMisses, Forks);

    /// <summary>Hit rate of the replay, over all forks with a known outcome.</summary>
    public double PredictedHitRate => AllForks == 0 ? 0 : (double)AllPredictedHits / AllForks;

    /// <summary>Hit rate of the kernel, over the same forks.</summary>
    public double TrueHitRate => AllForks == 0 ? 0 : (double)AllTrueHits / AllForks;

    /// <summary>95 % confidence interval of the kernel's hit rate.</summary>
    public (double Low, double High) TrueHitRateInterval => WilsonInterval(AllTrueHits, AllForks);

    private static double? Share(long right, long wrong) => right + wrong == 0 ? null : (double)right / (right + wrong);

    private static (double Low, double High) WilsonInterval(long successes, long trials)
    {
        const double Z = 1.959964;
        if (trials == 0)
            return (0, 1);
        double share = (double)successes / trials;
        double denominator = 1 + (Z * Z / trials);
        double centre = (share + (Z * Z / (2 * trials))) / denominator;
        double half = Z * Math.Sqrt((share * (1 - share) / trials) + (Z * Z / (4.0 * trials * trials))) / denominator;

        // At either end the bound is exact; rounding would move it.
        return (successes == 0 ? 0 : Math.Max(0, centre - half), successes == trials ? 1 : Math.Min(1, centre + half));
    }
}

/// <summary>A fork whose outcome the replay predicted wrongly.</summary>
/// <param name="Task">Dense id of the new task.</param>
/// <param name="Tid">Its tid.</param>
/// <param name="Cpu">CPU on which it took its stack.</param>
/// <param name="TimeNs">When it did so in the replay.</param>
/// <param name="PredictedHit">True if the replay predicted a hit.</param>
/// <param name="Cause">Why the prediction may have been wrong.</param>
public sealed record Disagreement(int Task, int Tid, int Cpu, long TimeNs, bool PredictedHit, DisagreementCause Cause);

/// <summary>Why a replay may have predicted a fork's outcome wrongly. The first cause that applies counts, in this order.</summary>
public enum DisagreementCause
{
    /// <summary>
    /// The CPU's cache contained an unknown number of stacks when the recording began, or after lost events, and has been neither empty nor
    /// full since.
    /// </summary>
    InitialState,

    /// <summary>The forking thread moved to another CPU during its fork, so it is uncertain where it took the stack.</summary>
    Migration,

    /// <summary>The allocation is not observed, and the CPU's cache gained or lost a stack during the fork.</summary>
    AllocationOrder,

    /// <summary>A failed fork took a stack on this CPU and gave it back at a time that is not observed.</summary>
    FailedFork,

    /// <summary>A stack of this CPU was waiting for RCU, or came back from RCU, at a time that is not observed.</summary>
    RcuTime,

    /// <summary>None of these: tasks whose events are missing in the recording, or an unknown reason.</summary>
    ForeignTasks,
}

/// <summary>Names of <see cref="DisagreementCause"/> in snake case, as used in text, JSON and SQL.</summary>
public static class DisagreementCauseNames
{
    /// <summary><c>initial_state</c>, <c>migration</c>, <c>allocation_order</c>, <c>failed_fork</c>, <c>rcu_time</c>, <c>foreign_tasks</c>.</summary>
    public static string Of(DisagreementCause cause) => cause switch
    {
        DisagreementCause.InitialState => "initial_state",
        DisagreementCause.Migration => "migration",
        DisagreementCause.AllocationOrder => "allocation_order",
        DisagreementCause.FailedFork => "failed_fork",
        DisagreementCause.RcuTime => "rcu_time",
        _ => "foreign_tasks",
    };
}
