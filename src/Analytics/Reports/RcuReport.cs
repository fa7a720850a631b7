namespace ForkTrace.Analytics.Reports;

/// <summary>One row per kind of RCU callback: how long after the final switch it ran.</summary>
internal sealed class RcuReport : IReport
{
    public string Name => "rcu";

    public string Summary => "One row per kind of RCU callback: how long after the final switch it ran, and how that is known.";

    public string Select => """
        SELECT
            trace,
            trace_digest,
            operation,
            evidence,
            CAST(sum(callbacks) AS BIGINT) AS callbacks,
            min(low_ns) AS min_ns,
            min(high_ns) FILTER (share_at_most >= 0.5) AS p50_ns,
            min(high_ns) FILTER (share_at_most >= 0.9) AS p90_ns,
            min(high_ns) FILTER (share_at_most >= 0.99) AS p99_ns,
            max(high_ns) AS max_ns
        FROM rcu_delays
        GROUP BY trace, trace_digest, operation, evidence
        """;

    public string OrderBy => "trace, trace_digest, operation, evidence";

    public bool HasPolicies => false;
}
