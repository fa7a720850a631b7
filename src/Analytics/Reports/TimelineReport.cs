namespace ForkTrace.Analytics.Reports;

/// <summary>A row a window of time of a cell.</summary>
internal sealed class TimelineReport : IReport
{
    public string Name => "timeline";

    public string Summary => "A row a window of time of a cell.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, start_ns, allocations, hits, hit_rate, live_stacks, cached_stacks,
            waiting_stacks, cell
        FROM timeline
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, start_ns";
}
