using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Conditions;

namespace ForkTrace.Replay.Results;

/// <summary>How well a policy's replay tells what the recorded kernel did, fork by fork.</summary>
public sealed record ValidationResult
{
    public required string Trace { get; init; }

    /// <summary>The policy with its parameters.</summary>
    public required string Policy { get; init; }

    /// <summary>Name of the evidence level.</summary>
    public required string Evidence { get; init; }

    /// <summary>Seed, RCU model, pins and topology of the replay.</summary>
    public ReplayConditions Conditions { get; init; } = ReplayConditions.Default;

    /// <summary>Forks judged: those whose outcome is known, without the first two of each CPU (the cache may hold two unknown stacks).</summary>
    public required long Forks { get; init; }

    /// <summary>Both say hit.</summary>
    public required long TrueHits { get; init; }

    /// <summary>Both say miss.</summary>
    public required long TrueMisses { get; init; }

    /// <summary>The replay says hit, the kernel missed.</summary>
    public required long FalseHits { get; init; }

    /// <summary>The replay says miss, the kernel hit.</summary>
    public required long FalseMisses { get; init; }

    /// <summary>All forks whose outcome is known, the first two of each CPU included.</summary>
    public required long AllForks { get; init; }

    /// <summary>Hits among <see cref="AllForks"/> by the replay.</summary>
    public required long AllPredictedHits { get; init; }

    /// <summary>Hits among <see cref="AllForks"/> by the kernel.</summary>
    public required long AllTrueHits { get; init; }

    /// <summary>The forks told wrong, in order.</summary>
    public required ImmutableArray<Disagreement> Disagreements { get; init; }

    /// <summary>Share of the judged forks told right; 1 where there are none.</summary>
    public double Agreement => Forks == 0 ? 1 : (double)(TrueHits + TrueMisses) / Forks;

    /// <summary>
    /// Mean of the share of hits and of the share of misses told right. Where one of them does not occur, the share of the other: on a load
    /// that hits in 4 %, "always a miss" agrees in 96 % of forks and has a balanced agreement of 50 %.
    /// </summary>
    public double BalancedAgreement => (Share(TrueHits, FalseMisses), Share(TrueMisses, FalseHits)) switch
    {
        ({ } hits, { } misses) => (hits + misses) / 2,
        ({ } hits, null) => hits,
        (null, { } misses) => misses,
        _ => 1,
    };

    /// <summary>What saying always "hit", or always "miss", whichever is better, would reach.</summary>
    public double ConstantAgreement => Forks == 0 ? 1 : (double)Math.Max(TrueHits + FalseMisses, TrueMisses + FalseHits) / Forks;

    /// <summary>The replay's hit rate less the kernel's.</summary>
    public double HitRateError => PredictedHitRate - TrueHitRate;

    /// <summary>The same in what a result keeps of it.</summary>
    public MeasuredAgreement Measured => new(Forks, Agreement, BalancedAgreement, ConstantAgreement, TrueHitRate);

    /// <summary>95 % confidence interval of the agreement, taking forks as independent (E. B. Wilson 1927).</summary>
    public (double Low, double High) AgreementInterval => WilsonInterval(TrueHits + TrueMisses, Forks);

    /// <summary>Hit rate by the replay, over all forks whose outcome is known.</summary>
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

        // At either end the bound is exact; rounding would leave it beside.
        return (successes == 0 ? 0 : Math.Max(0, centre - half), successes == trials ? 1 : Math.Min(1, centre + half));
    }
}

/// <summary>A fork whose outcome the replay told wrong.</summary>
/// <param name="Task">Dense id of the new task.</param>
/// <param name="Tid">Its tid.</param>
/// <param name="Cpu">CPU on which it took its stack.</param>
/// <param name="TimeNs">When, by the replay.</param>
/// <param name="PredictedHit">What the replay said.</param>
/// <param name="Cause">Why it may have been wrong.</param>
public sealed record Disagreement(int Task, int Tid, int Cpu, long TimeNs, bool PredictedHit, DisagreementCause Cause);

/// <summary>Why a replay may have told a fork's outcome wrong: the first that applies, in this order.</summary>
public enum DisagreementCause
{
    /// <summary>
    /// The CPU's cache held an unknown number of stacks when the recording began, or behind lost events, and has been neither empty nor
    /// full since.
    /// </summary>
    InitialState,

    /// <summary>The forking thread moved to another CPU within its fork: where it took the stack is uncertain.</summary>
    Migration,

    /// <summary>The allocation is not observed, and a stack came to or left the CPU's cache while the fork was under way.</summary>
    AllocationOrder,

    /// <summary>A fork that failed took a stack on this CPU and gave it back at a time that is not observed.</summary>
    FailedFork,

    /// <summary>A stack of this CPU was on its way through RCU, or came back, at a time that is not observed.</summary>
    RcuTime,

    /// <summary>None of these: tasks whose events the recording leaves out, or something unknown.</summary>
    ForeignTasks,
}

/// <summary><see cref="DisagreementCause"/> in snake case, as text, JSON and SQL have it.</summary>
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
