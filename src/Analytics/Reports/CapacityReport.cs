namespace ForkTrace.Analytics.Reports;

/// <summary>A row a capacity of a swept policy: what each further stack a CPU buys, and where the curve bends.</summary>
internal sealed class CapacityReport : IReport
{
    public string Name => "capacity";

    public string Summary => "A row a capacity of a swept policy: what each further stack a CPU buys, and where the curve bends.";

    public string Select => """
        SELECT
            trace,
            policy,
            parameters_else,
            cost_model,
            seed,
            method,
            capacity,
            CASE WHEN is_knee THEN 'knee' ELSE '' END AS knee,
            hit_rate,
            gained_rate,
            hit_rate / nullif(max(hit_rate) OVER (PARTITION BY run, trace_sha256, policy, parameters_else, cost_model, seed), 0)
                AS of_best_share,
            cost_mean_ns,
            cached_mean_bytes,
            cached_peak_bytes
        FROM capacity_curves
        """;

    public string OrderBy => "trace, policy, parameters_else, cost_model, seed, capacity";
}
