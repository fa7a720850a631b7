namespace ForkTrace.Analytics.Reports;

/// <summary>One row per cell: stacks of tasks, and stacks that /proc/meminfo does not show.</summary>
internal sealed class MemoryReport : IReport
{
    public string Name => "memory";

    public string Summary => "One row per cell: stacks of tasks, and stacks that /proc/meminfo does not show.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, live_peak_bytes, live_mean_bytes, cached_peak_bytes,
            cached_mean_bytes, stranded_mean_bytes, waiting_peak_bytes, waiting_mean_bytes, vfree_peak_bytes,
            (cached_mean_bytes + waiting_mean_bytes) / nullif(live_mean_bytes, 0) AS hidden_to_live_share, address_space_freed_bytes,
            address_space_purges, cell
        FROM summary
        WHERE unmet IS NULL
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell";
}
