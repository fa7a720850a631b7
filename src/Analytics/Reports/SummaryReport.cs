namespace ForkTrace.Analytics.Reports;

/// <summary>One row per recording: its contents, how far to trust it, and the cheapest policy.</summary>
internal sealed class SummaryReport : IReport
{
    public string Name => "summary";

    public string Summary => "One row per recording: its contents, how far to trust it, and the cheapest policy.";

    public string Select => """
        SELECT
            summary.trace,
            summary.trace_digest,
            any_value(traces.kernel) AS kernel,
            any_value(traces.cpus) AS cpus,
            any_value(traces.last_ns - traces.first_ns) AS duration_ns,
            max(summary.allocations) AS forks,
            any_value(traces.events_lost) AS events_lost,
            count(*) AS cells,
            count(summary.unmet) AS cells_without_answer,
            max(summary.grade) AS worst_grade,
            min(summary.expected_agreement_low_share) AS expected_agreement_low_share,
            max(summary.expected_agreement_high_share) AS expected_agreement_high_share,
            arg_min(trim(summary.policy || ':' || summary.parameters, ':'), summary.cost_mean_ns) AS cheapest,
            min(summary.cost_mean_ns) AS cheapest_cost_mean_ns
        FROM summary
        JOIN traces ON traces.digest = summary.trace_digest
        GROUP BY summary.trace, summary.trace_digest
        """;

    public string OrderBy => "trace, trace_digest";

    public bool HasPolicies => false;
}
