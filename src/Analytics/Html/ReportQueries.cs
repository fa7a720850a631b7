using System.Collections.Immutable;

namespace ForkTrace.Analytics.Html;

/// <summary>What an HTML report asks of the database, by the name that the page knows the answer by.</summary>
internal static class ReportQueries
{
    // The view summary with two columns more: family, which is the same for cells that differ in capacity alone, and is_shown.
    // A policy that was swept over more than three capacities is shown at 2, the kernel's, or else at the least.
    private const string Cells = """
        CREATE OR REPLACE TEMP VIEW report_cells AS
        SELECT *, {0} AS is_shown
        FROM (
            SELECT *, trim(regexp_replace(parameters, '(^|,)capacity=[0-9]+', ''), ',') AS family
            FROM summary
            WHERE {1}
        )
        WINDOW cells_of_family AS (PARTITION BY trace_sha256, policy, family, cost_model, seed);
        """;

    private const string OnePerFamily = """
        (capacity IS NULL OR count(*) OVER cells_of_family <= 3
        OR capacity = coalesce(max(capacity) FILTER (capacity = 2) OVER cells_of_family, min(capacity) OVER cells_of_family))
        """;

    private const string ShownCells = "SELECT * FROM report_cells ORDER BY trace, policy, capacity, parameters, cost_model, seed, cell";

    private const string Traces = """
        SELECT traces.*, traces.last_ns - traces.first_ns AS duration_ns, runs.id AS run, runs.version, runs.command, runs.started_at
        FROM traces
        JOIN runs ON runs.trace_sha256 = traces.sha256
        WHERE traces.sha256 IN (SELECT trace_sha256 FROM report_cells)
        QUALIFY runs.id = max(runs.id) OVER (PARTITION BY traces.sha256)
        ORDER BY traces.name, traces.sha256
        """;

    private const string Evidence = """
        SELECT cell, operation, observed, inferred, modelled
        FROM fidelity
        WHERE cell IN (SELECT cell FROM report_cells)
        ORDER BY cell, operation
        """;

    private const string Issues = """
        SELECT trace_sha256, severity, code, message, occurrences
        FROM issues
        WHERE trace_sha256 IN (SELECT trace_sha256 FROM report_cells)
        ORDER BY trace_sha256, severity, code, message
        """;

    private const string Losses = """
        SELECT runs.trace_sha256, losses.cpu, losses.from_ns, losses.to_ns, losses.events
        FROM losses
        JOIN runs ON runs.id = losses.run
        WHERE losses.run IN (SELECT max(id) FROM runs GROUP BY trace_sha256)
            AND runs.trace_sha256 IN (SELECT trace_sha256 FROM report_cells)
        ORDER BY runs.trace_sha256, losses.from_ns, losses.cpu
        """;

    private const string Events = """
        SELECT trace_sha256, event, is_used, events
        FROM trace_events
        WHERE trace_sha256 IN (SELECT trace_sha256 FROM report_cells)
        ORDER BY trace_sha256, is_used DESC, events DESC, event
        """;

    // A curve of 200 steps looks like one of a thousand buckets; each step that is kept is exact.
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

    public static IEnumerable<(string Name, string Sql)> Of(HtmlReportChoice choice)
    {
        string shown = choice.Cells.IsEmpty ? OnePerFamily : $"cell IN ({Quote(choice.Cells)})";
        string recordings = choice.Traces.IsEmpty ? "TRUE" : $"trace_sha256 IN ({Quote(choice.Traces)})";
        string cells = Cells.Replace("{0}", shown, StringComparison.Ordinal).Replace("{1}", recordings, StringComparison.Ordinal);
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
        ];
    }

    private static string Quote(ImmutableArray<string> texts) =>
        string.Join(", ", texts.Select(text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"));
}
