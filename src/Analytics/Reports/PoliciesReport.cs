namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell: policies side by side, the cheapest first.</summary>
internal sealed class PoliciesReport : IReport
{
    public string Name => "policies";

    public string Summary => "One row per cell: policies side by side, the cheapest first.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, grade, allocations, hits, misses, hit_rate, starting_full_hit_rate,
            cost_basis, cost_unpriced, cost_mean_ns, cost_p99_ns, difference_to_pages_ns, create_join_cost_mean_ns, cached_peak_bytes, waiting_peak_bytes, unmet, cell
        FROM summary
        """;

    public string OrderBy => "trace, cost_mean_ns, policy, capacity, parameters, cost_model, seed, cell";
}
