namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell and task name, numbers in names folded: what forks of it got, most forks first.</summary>
internal sealed class CommsReport : IReport
{
    public string Name => "comms";

    public string Summary => "One row per cell and task name (kworker/0:1 and kworker/1:2 are kworker/N:N): what forks of it got, most forks first.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, comm, comms, allocations, hits, hit_rate, misses_cold,
            misses_placement, misses_node, misses_rcu_delay, misses_capacity, cell
        FROM comm_patterns
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, allocations DESC, comm";
}
