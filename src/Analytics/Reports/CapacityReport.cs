namespace ForkTrace.Analytics.Reports;

/// <summary>One row per capacity of a swept policy: what each further stack per CPU gains, until more gain nothing.</summary>
internal sealed class CapacityReport : IReport
{
    public string Name => "capacity";

    public string Summary => "One row per capacity of a swept policy: what each further stack per CPU gains, until more gain nothing.";

    public bool HasCells => false;

    /// <summary>One row per curve: its range, its knee with the figures there, and at most 16 points as bars.</summary>
    public (string Select, string OrderBy)? Folded => ($"""
        SELECT
            trace,
            policy,
            parameters_else,
            conditions,
            cost_model,
            seed,
            min(capacity) || ' to ' || max(capacity) AS capacities,
            max(capacity) FILTER (is_knee) AS knee,
            max(hit_rate) FILTER (is_knee) AS hit_rate,
            string_agg(substr('▁▂▃▄▅▆▇█', 1 + least(7, floor(8 * hit_rate)::INTEGER), 1), '' ORDER BY capacity)
                FILTER (place % ceil(points / 16.0) = 0) AS curve,
            max(cached_mean_bytes) FILTER (is_knee) AS cached_mean_bytes,
            max(hit_rate) AS most_hit_rate
        FROM (
            SELECT
                *,
                row_number() OVER (of_curve ORDER BY capacity) - 1 AS place,
                count(*) OVER of_curve AS points
            FROM (SELECT * FROM {Points} WHERE {Buys})
            WINDOW of_curve AS (PARTITION BY run, trace_digest, policy, parameters_else, cost_model, seed)
        )
        GROUP BY run, trace_digest, {Curve}
        """, "trace, policy, parameters_else, cost_model, seed, conditions");

    public string Select => $"""
        SELECT
            {Curve},
            capacity,
            CASE WHEN is_knee THEN 'knee' ELSE '' END AS knee,
            hit_rate,
            gained_rate,
            hits / nullif(best_hits, 0) AS of_best_share,
            cost_mean_ns,
            cached_mean_bytes,
            cached_peak_bytes
        FROM {Points}
        WHERE {Buys}
        """;

    private const string Curve = "trace, policy, parameters_else, conditions, cost_model, seed, method";

    // Beyond the last capacity that gains anything, a curve is flat.
    private const string Buys = "gained_rate IS NULL OR gained_rate <> 0 OR hits < best_hits";

    private static string Points => $"""
        (
            SELECT *, max(hits) OVER (PARTITION BY run, trace_digest, policy, parameters_else, cost_model, seed) AS best_hits
            FROM capacity_curves
            JOIN ({CellConditions.SelectByRun}) USING (run)
        ) AS curves
        """;

    public string OrderBy => "trace, policy, parameters_else, cost_model, seed, conditions, capacity";
}
