namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell and cgroup of the forking task: what its forks got, most forks first.</summary>
internal sealed class CgroupsReport : IReport
{
    public string Name => "cgroups";

    public string Summary => "One row per cell and cgroup of the forking task, where the recording says it: what its forks got, most forks first.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, cgroup, allocations, hits, hit_rate, misses_cold, misses_placement,
            misses_node, misses_rcu_delay, misses_capacity, cell
        FROM cgroups
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, allocations DESC, cgroup";
}
