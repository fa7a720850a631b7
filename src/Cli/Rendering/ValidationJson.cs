using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>validate --json</c> says.</summary>
internal sealed record ValidationDocument(ValidatedDocument[] Results)
{
    public static ValidationDocument Of(IEnumerable<ValidationResult> results) => new([.. results.Select(ValidatedDocument.Of)]);
}

internal sealed record ValidatedDocument(
    string Trace, string Policy, string Evidence, ulong Seed, string RcuModel, string? Pins, string? Topology, long Forks, double Agreement,
    double[] AgreementInterval, double PredictedHitRate, double TrueHitRate, double[] TrueHitRateInterval, ConfusionDocument Confusion,
    Dictionary<string, int> Disagreements)
{
    public static ValidatedDocument Of(ValidationResult result)
    {
        LifecycleConditions conditions = result.Conditions.Lifecycle;
        return new ValidatedDocument(
            result.Trace,
            result.Policy,
            result.Evidence,
            result.Conditions.Seed,
            conditions.Rcu.ToString(),
            conditions.Pins?.ToString(),
            JsonOutput.Known(conditions.Topology?.ToString()),
            result.Forks,
            result.Agreement,
            [result.AgreementInterval.Low, result.AgreementInterval.High],
            result.PredictedHitRate,
            result.TrueHitRate,
            [result.TrueHitRateInterval.Low, result.TrueHitRateInterval.High],
            new ConfusionDocument(result.TrueHits, result.TrueMisses, result.FalseHits, result.FalseMisses),
            Enum.GetValues<DisagreementCause>().ToDictionary(
                DisagreementText.Name, cause => result.Disagreements.Count(found => found.Cause == cause)));
    }
}

internal sealed record ConfusionDocument(long TrueHits, long TrueMisses, long FalseHits, long FalseMisses);
