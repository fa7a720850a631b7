namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell: what forks paid for their stacks, and what giving them back cost.</summary>
internal sealed class LatencyReport : IReport
{
    public string Name => "latency";

    public string Summary => "One row per cell: what forks paid for their stacks, and what giving them back cost where that is priced.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, cost_basis, cost_unpriced, allocations, cost_mean_ns,
            cost_mean_low_ns, cost_mean_high_ns, cost_min_ns, cost_p50_ns, cost_p90_ns, cost_p99_ns, cost_p999_ns, cost_max_ns,
            difference_to_pages_ns, difference_to_pages_bound, release_cost_mean_ns, release_cost_p99_ns, create_join_cost_mean_ns,
            create_join_unpriced, cpu_seconds_per_million_forks, cell
        FROM summary
        WHERE unmet IS NULL
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell";
}
