namespace ForkTrace.Analytics.Reports;

/// <summary>One row per kind of task: how long its stacks were in use.</summary>
internal sealed class LifetimesReport : IReport
{
    public string Name => "lifetimes";

    public string Summary => "One row per kind of task: how long its stacks were in use.";

    public string Select => """
        SELECT
            trace,
            trace_digest,
            kind,
            CAST(sum(tasks) AS BIGINT) AS tasks,
            min(low_ns) AS min_ns,
            min(high_ns) FILTER (share_at_most >= 0.5) AS p50_ns,
            min(high_ns) FILTER (share_at_most >= 0.9) AS p90_ns,
            min(high_ns) FILTER (share_at_most >= 0.99) AS p99_ns,
            max(high_ns) AS max_ns,
            coalesce(sum(tasks) FILTER (high_ns < 1000000), 0) / sum(tasks) AS below_1ms_share,
            coalesce(sum(tasks) FILTER (high_ns < 1000000000), 0) / sum(tasks) AS below_1s_share
        FROM lifetimes
        GROUP BY trace, trace_digest, kind
        """;

    public string OrderBy => "trace, trace_digest, kind";

    public bool HasPolicies => false;
}
