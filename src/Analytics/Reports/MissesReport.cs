namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell: its misses by cause.</summary>
internal sealed class MissesReport : IReport
{
    public string Name => "misses";

    public string Summary => "One row per cell: its misses by cause (docs/policies.md).";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, allocations, misses, misses_cold, misses_placement, misses_node,
            misses_rcu_delay, misses_capacity, hit_rate, starting_full_hit_rate, cell
        FROM summary
        WHERE misses_cold IS NOT NULL
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell";
}
