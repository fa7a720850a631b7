namespace ForkTrace.Analytics.Reports;

/// <summary>A row a capacity of a swept policy: what each further stack a CPU buys, until more buy nothing.</summary>
internal sealed class CapacityReport : IReport
{
    public string Name => "capacity";

    public string Summary => "A row a capacity of a swept policy: what each further stack a CPU buys, until more buy nothing.";

    public bool HasCells => false;

    public string Select => $"""
        SELECT
            trace,
            policy,
            parameters_else,
            conditions,
            cost_model,
            seed,
            method,
            capacity,
            CASE WHEN is_knee THEN 'knee' ELSE '' END AS knee,
            hit_rate,
            gained_rate,
            hits / nullif(best_hits, 0) AS of_best_share,
            cost_mean_ns,
            cached_mean_bytes,
            cached_peak_bytes
        FROM (
            SELECT *, max(hits) OVER (PARTITION BY run, trace_digest, policy, parameters_else, cost_model, seed) AS best_hits
            FROM capacity_curves
            JOIN ({CellConditions.SelectByRun}) USING (run)
        ) AS curves
        WHERE gained_rate IS NULL OR gained_rate <> 0 OR hits < best_hits
        """;

    public string OrderBy => "trace, policy, parameters_else, cost_model, seed, conditions, capacity";
}
