namespace ForkTrace.Analytics.Fleet;

/// <summary>
/// Queries over the results of many recordings. The recordings of a machine are combined, and every fork counts the same.
/// <c>{hosts}</c> in them stands for the machine of each recording.
/// </summary>
internal static class FleetQueries
{
    private const string HostsMark = "{hosts}";
    private const string Question = "host, policy, parameters_else, cost_model, seed, conditions";

    /// <summary>
    /// One row per recording, policy and conditions, at the kernel's capacity of 2 if that was replayed, or else at the smallest.
    /// </summary>
    private static string Cells => $"""
        SELECT
            coalesce(hosts.host, '') AS host, summary.trace, summary.trace_digest, summary.kernel, summary.policy,
            trim(regexp_replace(summary.parameters, '(^|,)capacity=[0-9]+', ''), ',') AS parameters_else,
            summary.cost_model, summary.seed, asked.conditions, summary.run, summary.cell, summary.grade, summary.events_lost,
            summary.allocations, summary.hits, summary.misses, summary.hit_rate, summary.headroom_share, summary.cached_mean_bytes,
            summary.policy IS NOT DISTINCT FROM kernels.policy AS is_own
        FROM summary
        JOIN ({CellConditions.Select}) AS asked ON asked.run = summary.run AND asked.cell = summary.cell
        JOIN {HostsMark} AS hosts ON hosts.digest = summary.trace_digest
        LEFT JOIN kernels ON kernels.trace_digest = summary.trace_digest
        WHERE summary.unmet IS NULL AND summary.allocations > 0
        QUALIFY row_number() OVER (
            PARTITION BY summary.trace_digest, summary.policy, parameters_else, summary.cost_model, summary.seed, asked.conditions
            ORDER BY (summary.capacity IS NOT DISTINCT FROM 2) DESC, summary.capacity, summary.cell) = 1
        """;

    // Only capacities that all recordings of a machine have.
    private static string Points => $"""
        SELECT {Question}, capacity, count(*) AS recordings, sum(curve.hit_rate * allocations) / sum(allocations) AS hit_rate
        FROM (SELECT run, trace_digest, policy, parameters_else, cost_model, seed, capacity, hit_rate FROM capacity_curves) AS curve
        JOIN (SELECT run, conditions FROM ({CellConditions.SelectByRun})) USING (run)
        JOIN (SELECT {Question}, trace_digest, allocations FROM fleet_cells)
            USING (trace_digest, policy, parameters_else, cost_model, seed, conditions)
        GROUP BY {Question}, capacity
        QUALIFY count(*) = max(count(*)) OVER (PARTITION BY {Question})
        """;

    private static string Comms => $"""
        SELECT
            {Question},
            CASE WHEN count(DISTINCT counts.comm) = 1 THEN any_value(counts.comm) ELSE regexp_replace(counts.comm, '[0-9]+', 'N', 'g') END AS comm,
            count(DISTINCT trace_digest) AS recordings,
            sum(counts.hits)::BIGINT AS hits,
            sum(misses_cold + misses_placement + misses_node + misses_rcu_delay + misses_capacity)::BIGINT AS misses
        FROM (
            SELECT run, cell, comm, hits, misses_cold, misses_placement, misses_node, misses_rcu_delay, misses_capacity FROM comm_counts
        ) AS counts
        JOIN (SELECT {Question}, trace_digest, run, cell, is_own FROM fleet_cells) AS asked USING (run, cell)
        GROUP BY {Question}, regexp_replace(counts.comm, '[0-9]+', 'N', 'g')
        """;

    /// <summary>Names of the three relations when they are used several times.</summary>
    public static ImmutableArray<(string Name, string Sql)> Relations =>
        [("fleet_cells", Cells), ("fleet_points", Points), ("fleet_comms", Comms)];

    /// <summary>
    /// One row per machine, policy and conditions. The best capacity is the smallest whose hit rate is within half a point of the curve's best.
    /// </summary>
    public static string Hosts => $"""
        WITH {string.Join(", ", Relations.Select(relation => $"{relation.Name} AS MATERIALIZED (\n{relation.Sql}\n)"))}
        {HostsOfRelations}
        """;

    /// <summary>The same, if <see cref="Relations"/> are tables.</summary>
    public static string HostsOfRelations => $"""
        SELECT
            nullif(host, '') AS host, policy, parameters_else, conditions, cost_model, seed, is_own, recordings, allocations, hit_rate,
            headroom_share, best_capacity, best_hit_rate, best_hit_rate - hit_rate AS gained_hit_rate, worst_grade, worst_comms
        FROM (
            SELECT
                {Question}, bool_or(is_own) AS is_own, count(*) AS recordings, sum(allocations)::BIGINT AS allocations,
                sum(hits) / sum(allocations) AS hit_rate,
                sum(headroom_share * allocations) / sum(allocations) FILTER (headroom_share IS NOT NULL) AS headroom_share,
                max(grade) AS worst_grade
            FROM fleet_cells
            GROUP BY {Question}
        )
        LEFT JOIN (
            SELECT
                {Question}, min(capacity) FILTER (hit_rate >= top - {LeastGain}) AS best_capacity,
                arg_min(hit_rate, capacity) FILTER (hit_rate >= top - {LeastGain}) AS best_hit_rate
            FROM (SELECT *, max(hit_rate) OVER (PARTITION BY {Question}) AS top FROM fleet_points)
            GROUP BY {Question}
        ) USING ({Question})
        LEFT JOIN (
            SELECT {Question}, string_agg(comm || ' ' || round(100 * misses / nullif(all_misses, 0))::INTEGER || ' %', ', ' ORDER BY place) AS worst_comms
            FROM (
                SELECT
                    *, sum(misses) OVER (PARTITION BY {Question}) AS all_misses,
                    row_number() OVER (PARTITION BY {Question} ORDER BY misses DESC, comm) AS place
                FROM fleet_comms
            )
            WHERE place <= 3 AND misses > 0
            GROUP BY {Question}
        ) USING ({Question})
        """;

    /// <summary>The rows of <see cref="Hosts"/> for each machine's own kernel; all rows if the kernel is unknown.</summary>
    public static string OwnOf(string hosts) =>
        $"SELECT * EXCLUDE (is_own) FROM (\n{hosts}\n) QUALIFY is_own OR NOT bool_or(is_own) OVER (PARTITION BY host)";

    /// <summary>A SELECT for a database, with its machines in place of <c>{hosts}</c>. A database file does not name machines.</summary>
    public static string For(ResultsDatabase database, string select) => select.Replace(
        HostsMark, database.IsFolder ? "traces" : "(SELECT digest, NULL::VARCHAR AS host FROM traces)", StringComparison.Ordinal);

    private static string LeastGain => RunAnswer.LeastGain.ToString(CultureInfo.InvariantCulture);
}
