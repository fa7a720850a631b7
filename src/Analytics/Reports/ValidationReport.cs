namespace ForkTrace.Analytics.Reports;

/// <summary>One row per validation: how often a replay gave what the recorded kernel did.</summary>
internal sealed class ValidationReport : IReport
{
    public string Name => "validation";

    public string Summary => "One row per validation kept by validate --db: how often the replay predicted what the recorded kernel did.";

    public string Select => """
        SELECT trace, policy, evidence, conditions, forks, agreement_share, agreement_low_share, agreement_high_share, balanced_share,
            constant_share, predicted_hit_rate, kernel_hit_rate, hit_rate_error_points, false_hits, false_misses
        FROM latest_validations
        """;

    public string OrderBy => "trace, policy, evidence, conditions";

    public bool HasCells => false;
}
