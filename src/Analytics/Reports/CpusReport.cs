namespace ForkTrace.Analytics.Reports;

/// <summary>One row per CPU of a cell: what forks on it got.</summary>
internal sealed class CpusReport : IReport
{
    public string Name => "cpus";

    public string Summary => "One row per CPU of a cell: what forks on it got.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, cpu, allocations, hits, hit_rate, misses_cold, misses_placement,
            misses_node, misses_rcu_delay, misses_capacity, cell
        FROM cpus
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, cpu";
}
