namespace ForkTrace.Analytics.Reports;

/// <summary>One row per window of time of a cell, with what happened in it under every policy.</summary>
internal sealed class TimelineReport : IReport
{
    public string Name => "timeline";

    public string Summary => "One row per window of time of a cell, with deaths, RCU callbacks and grace periods that ended in it.";

    public string Select => """
        SELECT timeline.trace, policy, parameters, capacity, cost_model, seed, timeline.start_ns, allocations, hits, hit_rate,
            live_stacks, cached_stacks, waiting_stacks, trace_timeline.deaths, trace_timeline.callbacks, ended.grace_periods, cell
        FROM timeline
        LEFT JOIN trace_timeline
            ON trace_timeline.run = timeline.run AND trace_timeline.start_ns = timeline.start_ns
                AND trace_timeline.window_ns = timeline.window_ns
        LEFT JOIN (
            SELECT trace_timeline.run, trace_timeline.start_ns, count(grace_periods.end_ns) AS grace_periods
            FROM trace_timeline
            LEFT JOIN grace_periods
                ON grace_periods.run = trace_timeline.run
                    AND grace_periods.end_ns // trace_timeline.window_ns = trace_timeline.start_ns // trace_timeline.window_ns
            GROUP BY trace_timeline.run, trace_timeline.start_ns
        ) AS ended ON ended.run = trace_timeline.run AND ended.start_ns = trace_timeline.start_ns
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, cell, start_ns";
}
