using System.Text.Json;
using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Analytics.Html;

/// <summary>
/// The results of many recordings as one HTML page, with the style and the security policy of <see cref="HtmlReport"/>: curves over all recordings, a row
/// for each machine, the tasks that missed most. It grows by the machines and recordings and not by their events.
/// </summary>
public static class FleetPage
{
    private const int RowsMax = 5000;
    private const int CommsMax = 200;

    private const string Policies = """
        SELECT
            policy, parameters_else, conditions, count(DISTINCT host) AS hosts, count(*) AS recordings, sum(allocations)::BIGINT AS allocations,
            sum(hits) / sum(allocations) AS hit_rate, min(hit_rate) AS least_hit_rate, median(hit_rate) AS median_hit_rate, max(hit_rate) AS most_hit_rate,
            sum(headroom_share * allocations) / sum(allocations) FILTER (headroom_share IS NOT NULL) AS headroom_share,
            sum(cached_mean_bytes) / count(*) AS cached_mean_bytes
        FROM fleet_cells
        GROUP BY policy, parameters_else, conditions, cost_model, seed
        ORDER BY hit_rate DESC, policy, parameters_else, conditions
        """;

    // Over the machines, weighted by forks.
    private const string Curves = """
        SELECT policy, parameters_else, conditions, capacity, sum(hit_rate * allocations) / sum(allocations) AS hit_rate
        FROM fleet_points
        JOIN (
            SELECT host, policy, parameters_else, cost_model, seed, conditions, sum(allocations) AS allocations FROM fleet_cells GROUP BY ALL
        ) USING (host, policy, parameters_else, cost_model, seed, conditions)
        GROUP BY policy, parameters_else, conditions, cost_model, seed, capacity
        QUALIFY count(*) = max(count(*)) OVER (PARTITION BY policy, parameters_else, conditions, cost_model, seed)
        ORDER BY policy, parameters_else, conditions, capacity
        """;

    private const string Own = "(is_own OR NOT bool_or(is_own) OVER (PARTITION BY host))";

    private static readonly string s_comms = $"""
        SELECT
            comm, policy, count(DISTINCT host) AS hosts, sum(recordings)::BIGINT AS recordings, sum(hits + misses)::BIGINT AS allocations,
            sum(hits) / sum(hits + misses) AS hit_rate, sum(misses)::BIGINT AS misses,
            sum(misses) / sum(sum(misses)) OVER (PARTITION BY policy) AS misses_share
        FROM (
            SELECT fleet_comms.* FROM fleet_comms
            JOIN (SELECT DISTINCT host, policy FROM (SELECT host, policy FROM fleet_cells QUALIFY {Own})) USING (host, policy)
        )
        GROUP BY comm, policy
        ORDER BY misses DESC, comm, policy
        LIMIT {CommsMax}
        """;

    private static readonly string s_recordings = $"""
        SELECT nullif(host, '') AS host, trace, kernel, policy, conditions, grade, events_lost, allocations, hit_rate, misses, headroom_share
        FROM (SELECT * FROM fleet_cells QUALIFY {Own})
        ORDER BY misses DESC, host, trace, trace_digest, policy, conditions
        LIMIT {RowsMax}
        """;

    private static readonly string s_hosts = $"""
        {FleetQueries.OwnOf(FleetQueries.HostsOfRelations)}
        ORDER BY allocations DESC, host, policy, parameters_else, conditions
        LIMIT {RowsMax}
        """;

    private const string Totals = """
        SELECT count(DISTINCT host) AS hosts, count(DISTINCT trace_digest) AS recordings,
            (SELECT sum(allocations)::BIGINT FROM (SELECT max(allocations) AS allocations FROM fleet_cells GROUP BY trace_digest)) AS forks,
            count(DISTINCT trace_digest) FILTER (events_lost > 0) AS lossy
        FROM fleet_cells
        """;

    /// <summary>Writes the page, UTF-8 without byte order mark.</summary>
    /// <param name="database">Where the numbers are; it is only read.</param>
    /// <param name="output">Where the page goes; left open.</param>
    /// <exception cref="ResultsDatabaseException">There is no result to show.</exception>
    public static void Write(ResultsDatabase database, Stream output)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(output);
        foreach ((string name, string sql) in FleetQueries.Relations)
            database.Query($"CREATE OR REPLACE TEMP TABLE {name} AS {FleetQueries.For(database, sql)}").Dispose();
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json, ReportData.Options))
        {
            writer.WriteStartObject();
            foreach ((string name, string sql) in (ReadOnlySpan<(string, string)>)[
                ("totals", Totals), ("policies", Policies), ("curves", Curves), ("hosts", s_hosts), ("comms", s_comms), ("recordings", s_recordings)])
            {
                int rows = ReportData.WriteTable(writer, database.Query(sql), name, []);
                if (name == "policies" && rows == 0)
                    throw new ResultsDatabaseException(ResultsFault.Content, $"{database.FilePath} holds no result to show");
            }

            writer.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetBytes(ReportPage.AssembleFleet(Encoding.UTF8.GetString(json.ToArray()))));
    }
}
