namespace ForkTrace.Analytics.Html;

/// <summary>The queries of an HTML report, by the name that the page uses for the answer.</summary>
internal static class ReportQueries
{
    // Tables and not views, because every other query asks them again.
    // The view summary with three more columns: conditions, family (the same for cells that differ only in capacity) and
    // is_shown.
    // A policy that was swept over more than three capacities is shown with 2, the kernel's capacity, or else with the smallest.
    private const string Cells = """
        CREATE OR REPLACE TEMP TABLE report_conditions AS {2};
        CREATE OR REPLACE TEMP TABLE report_cells AS
        SELECT *, {0} AS is_shown
        FROM (
            SELECT *, trim(regexp_replace(parameters, '(^|,)capacity=[0-9]+', ''), ',') AS family
            FROM summary
            JOIN report_conditions USING (run, cell)
            WHERE {1}
        )
        WINDOW cells_of_family AS (PARTITION BY trace_digest, policy, family, cost_model, seed, conditions);
        """;

    private const string OnePerFamily = """
        (capacity IS NULL OR count(*) OVER cells_of_family <= 3
        OR capacity = coalesce(max(capacity) FILTER (capacity = 2) OVER cells_of_family, min(capacity) OVER cells_of_family))
        """;

    private const string ShownCells =
        "SELECT * FROM report_cells ORDER BY trace, policy, capacity, parameters, cost_model, seed, conditions, cell";

    private const string Traces = """
        SELECT
            traces.*, traces.last_ns - traces.first_ns AS duration_ns, runs.id AS run, runs.version, runs.command, runs.started_at,
            (SELECT coalesce(max(results.cut_caches), 0) FROM results WHERE results.run = runs.id) AS cut_caches
        FROM traces
        JOIN runs ON runs.trace_digest = traces.digest
        WHERE traces.digest IN (SELECT trace_digest FROM report_cells)
        QUALIFY runs.id = max(runs.id) OVER (PARTITION BY traces.digest)
        ORDER BY traces.name, traces.digest
        """;

    private const string Evidence = """
        SELECT cell, operation, observed, inferred, modelled
        FROM fidelity
        WHERE cell IN (SELECT cell FROM report_cells)
        ORDER BY cell, operation
        """;

    private const string Issues = """
        SELECT trace_digest, severity, code, message, occurrences
        FROM issues
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        ORDER BY trace_digest, severity, code, message
        """;

    private const string Losses = """
        SELECT runs.trace_digest, losses.cpu, losses.from_ns, losses.to_ns, losses.events
        FROM losses
        JOIN runs ON runs.id = losses.run
        WHERE losses.run IN (SELECT max(id) FROM runs GROUP BY trace_digest)
            AND runs.trace_digest IN (SELECT trace_digest FROM report_cells)
        ORDER BY runs.trace_digest, losses.from_ns, losses.cpu
        """;

    private const string Events = """
        SELECT trace_digest, event, is_used, events
        FROM trace_events
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        ORDER BY trace_digest, is_used DESC, events DESC, event
        """;

    // A curve of 200 steps looks like one of a thousand; each step is exact.
    private const string Latency = """
        SELECT cell, high_ns, share_at_most
        FROM latency
        WHERE cell IN (SELECT cell FROM report_cells WHERE is_shown)
        WINDOW buckets AS (PARTITION BY cell ORDER BY high_ns)
        QUALIFY floor(share_at_most * 200) <> coalesce(floor(lag(share_at_most) OVER buckets * 200), -1)
            OR lead(high_ns) OVER buckets IS NULL
        ORDER BY cell, high_ns
        """;

    private const string Timeline = """
        SELECT cell, start_ns, allocations, hits, live_stacks, cached_stacks, waiting_stacks
        FROM timeline
        WHERE cell IN (SELECT cell FROM report_cells WHERE is_shown)
        ORDER BY cell, start_ns
        """;

    // A policy from a plug-in, or one that was renamed, may have curves without a cell here. The recorded kernel's own policy has its
    // curve in any case.
    private const string Curves = """
        SELECT trace_digest, policy, parameters_else AS family, cost_model, seed, conditions, method, capacity, hits, hit_rate, is_knee
        FROM capacity_curves
        JOIN (SELECT run, any_value(conditions) AS conditions FROM report_conditions GROUP BY run) USING (run)
        LEFT JOIN (SELECT trace_digest, policy AS own FROM kernels) USING (trace_digest)
        WHERE (trace_digest, policy, parameters_else, cost_model, seed, conditions)
                IN (SELECT (trace_digest, policy, family, cost_model, seed, conditions) FROM report_cells)
            OR (policy = own AND (trace_digest, cost_model, seed, conditions)
                IN (SELECT (trace_digest, cost_model, seed, conditions) FROM report_cells))
        ORDER BY trace_digest, policy, family, cost_model, seed, conditions, capacity
        """;

    // {0} is the view and {1} the column that names its rows. Names after the first hundred of a recording are combined into one row.
    private const string Parts = """
        SELECT cell, {1}, parts, allocations, hits, misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity
        FROM (
            SELECT
                cell,
                least(place, 101) AS place,
                CASE WHEN min(place) <= 100 THEN any_value({1}) END AS {1},
                CASE WHEN min(place) <= 100 THEN NULL ELSE count(*) END AS parts,
                sum(allocations)::BIGINT AS allocations,
                sum(hits)::BIGINT AS hits,
                sum(misses_cold)::BIGINT AS misses_cold,
                sum(misses_placement)::BIGINT AS misses_placement,
                sum(misses_node)::BIGINT AS misses_node,
                sum(misses_rcu_delay)::BIGINT AS misses_rcu_delay,
                sum(misses_capacity)::BIGINT AS misses_capacity
            FROM (SELECT *, row_number() OVER (PARTITION BY cell ORDER BY allocations DESC, {1}) AS place FROM {0})
            WHERE cell IN (SELECT cell FROM report_cells WHERE is_shown)
            GROUP BY cell, least(place, 101)
        )
        ORDER BY cell, place
        """;

    // At most 64 x 64 squares: on larger machines, neighbouring CPUs share one.
    private const string Matrix = """
        SELECT
            trace_digest,
            width,
            cpu_matrix.fork_cpu // width * width AS fork_cpu,
            cpu_matrix.death_cpu // width * width AS death_cpu,
            sum(tasks)::BIGINT AS tasks,
            coalesce(sum(tasks) FILTER (cpu_matrix.fork_cpu = cpu_matrix.death_cpu), 0)::BIGINT AS tasks_on_one_cpu
        FROM cpu_matrix
        JOIN (
            SELECT trace_digest, (greatest(max(fork_cpu), max(death_cpu)) // 64 + 1) AS width
            FROM cpu_matrix
            GROUP BY trace_digest
        ) USING (trace_digest)
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        GROUP BY ALL
        ORDER BY ALL
        """;

    // A window belongs to a burst if it has at least twice the forks of the average window.
    private const string Happenings = """
        SELECT trace_digest, start_ns, window_ns, forks, deaths, callbacks,
            forks > 0 AND forks >= 2 * avg(forks) OVER (PARTITION BY trace_digest) AS is_burst
        FROM trace_timeline
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        ORDER BY trace_digest, start_ns
        """;

    // A long recording has too many to show: the page shows those that most tasks waited for, and says so.
    private const string GracePeriods = """
        SELECT trace_digest, start_ns, end_ns, callbacks, evidence, count(*) OVER (PARTITION BY trace_digest) AS periods
        FROM grace_periods
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        QUALIFY row_number() OVER (PARTITION BY trace_digest ORDER BY callbacks DESC, end_ns) <= 1000
        ORDER BY trace_digest, end_ns
        """;

    private const string Lifetimes = """
        SELECT trace_digest, kind AS series, high_ns, share_at_most
        FROM lifetimes
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        WINDOW buckets AS (PARTITION BY trace_digest, kind ORDER BY high_ns)
        QUALIFY floor(share_at_most * 200) <> coalesce(floor(lag(share_at_most) OVER buckets * 200), -1)
            OR lead(high_ns) OVER buckets IS NULL
        ORDER BY trace_digest, series, high_ns
        """;

    private const string MeasuredForks = """
        SELECT trace_digest, measure, kind, outcome, forks, mean_ns, p50_ns, p90_ns, p99_ns, max_ns, copy_process_share
        FROM measured_forks
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        ORDER BY trace_digest, measure, kind, outcome
        """;

    private const string MeasuredForkTimes = """
        SELECT trace_digest, replace(measure, '_', ' ') || ', ' || kind || ', ' || outcome AS series, high_ns, share_at_most
        FROM measured_fork_times
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        WINDOW buckets AS (PARTITION BY trace_digest, measure, kind, outcome ORDER BY high_ns)
        QUALIFY floor(share_at_most * 200) <> coalesce(floor(lag(share_at_most) OVER buckets * 200), -1)
            OR lead(high_ns) OVER buckets IS NULL
        ORDER BY trace_digest, series, high_ns
        """;

    private const string RcuDelays = """
        SELECT trace_digest, replace(operation, '_', ' ') || ', ' || evidence AS series, high_ns, share_at_most
        FROM rcu_delays
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells)
        WINDOW buckets AS (PARTITION BY trace_digest, operation, evidence ORDER BY high_ns)
        QUALIFY floor(share_at_most * 200) <> coalesce(floor(lag(share_at_most) OVER buckets * 200), -1)
            OR lead(high_ns) OVER buckets IS NULL
        ORDER BY trace_digest, series, high_ns
        """;

    public static IEnumerable<(string Name, string Sql)> Of(HtmlReportChoice choice)
    {
        string shown = choice.Cells.IsEmpty ? OnePerFamily : $"cell IN ({Quote(choice.Cells)})";
        string recordings = choice.Traces.IsEmpty ? "TRUE" : $"trace_digest IN ({Quote(choice.Traces)})";
        string cells = Cells
            .Replace("{0}", shown, StringComparison.Ordinal)
            .Replace("{1}", recordings, StringComparison.Ordinal)
            .Replace("{2}", CellConditions.Select, StringComparison.Ordinal);
        return
        [
            ("cells", $"{cells}\n{ShownCells}"),
            ("traces", Traces),
            ("evidence", Evidence),
            ("issues", Issues),
            ("losses", Losses),
            ("events", Events),
            ("latency", Latency),
            ("timeline", Timeline),
            ("curves", Curves),
            ("comms", PartsOf("comm_patterns", "comm")),
            ("cpus", PartsOf("cpus", "cpu")),
            ("matrix", Matrix),
            ("happenings", Happenings),
            ("grace_periods", GracePeriods),
            ("lifetimes", Lifetimes),
            ("rcu_delays", RcuDelays),
            ("measured_forks", MeasuredForks),
            ("measured_fork_times", MeasuredForkTimes),
        ];
    }

    private static string PartsOf(string view, string part) =>
        Parts.Replace("{0}", view, StringComparison.Ordinal).Replace("{1}", part, StringComparison.Ordinal);

    private static string Quote(ImmutableArray<string> texts) =>
        string.Join(", ", texts.Select(text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"));
}
