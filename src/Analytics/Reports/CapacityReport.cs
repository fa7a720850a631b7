namespace ForkTrace.Analytics.Reports;

/// <summary>A row a capacity of a swept policy: what each further stack a CPU buys.</summary>
internal sealed class CapacityReport : IReport
{
    public string Name => "capacity";

    public string Summary => "A row a capacity of a swept policy: what each further stack a CPU buys.";

    public string Select => """
        SELECT
            trace,
            policy,
            trim(regexp_replace(parameters, '(^|,)capacity=[0-9]+', ''), ',') AS parameters_else,
            cost_model,
            seed,
            capacity,
            hit_rate,
            hit_rate - lag(hit_rate) OVER sweep AS gained_rate,
            hit_rate
                / nullif(max(hit_rate) OVER (PARTITION BY trace_sha256, policy, parameters_else, cost_model, seed), 0) AS of_best_share,
            cached_mean_bytes,
            cached_peak_bytes
        FROM summary
        WHERE capacity IS NOT NULL AND unmet IS NULL
        WINDOW sweep AS (PARTITION BY trace_sha256, policy, parameters_else, cost_model, seed ORDER BY capacity)
        QUALIFY count(*) OVER (PARTITION BY trace_sha256, policy, parameters_else, cost_model, seed) > 1
        """;

    public string OrderBy => "trace, policy, parameters_else, cost_model, seed, capacity";
}
