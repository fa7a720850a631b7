namespace ForkTrace.Analytics.Reports;

/// <summary>A row a task name of a cell: what forks of it got, most forks first.</summary>
internal sealed class CommsReport : IReport
{
    public string Name => "comms";

    public string Summary => "A row a task name of a cell: what forks of it got, most forks first.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, comm, allocations, hits, hit_rate, misses_cold, misses_placement,
            misses_node, misses_rcu_delay, misses_capacity, cell
        FROM comms
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, allocations DESC, comm";
}
