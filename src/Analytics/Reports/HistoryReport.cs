namespace ForkTrace.Analytics.Reports;

/// <summary>One row per run of a question: how a figure changed from commit to commit.</summary>
internal sealed class HistoryReport : IReport
{
    public string Name => "history";

    public string Summary => "One row per run of each question: how a figure changed from commit to commit, and what else changed on the way.";

    public string DefaultMetric => "hit_rate";

    // A run from before topologies were stored takes that of the other runs of its recording, if they have one.
    // The trend goes up to the row's own run, on the scale of all runs of the question.
    public string Select => $$"""
        SELECT
            trace, policy, parameters, capacity, cost_model, seed, run,
            strftime(started_at, '%Y-%m-%d %H:%M') AS started_at, label, left(git_commit, 12) AS git_commit,
            split_part(version, '+', 1) AS version, grade,
            {metric},
            {metric} - lag({metric}) OVER question AS change_{metric},
            array_to_string(
                list_transform(
                    list({metric}) OVER question,
                    lambda figure: CASE
                        WHEN figure IS NULL THEN ' '
                        WHEN greatest_figure = least_figure THEN '▄'
                        ELSE '▁▂▃▄▅▆▇█'[
                            1 + least(7, CAST(floor((figure - least_figure) / (greatest_figure - least_figure) * 8) AS INTEGER))]
                    END),
                '') AS trend,
            concat_ws(
                ', ',
                CASE
                    WHEN split_part(trace_digest, ':', 1) <> split_part(lag(trace_digest) OVER question, ':', 1) THEN 'digest'
                    WHEN trace_digest <> lag(trace_digest) OVER question THEN 'recording'
                END,
                CASE WHEN policy_version <> lag(policy_version) OVER question THEN 'policy' END,
                CASE WHEN engine_version <> lag(engine_version) OVER question THEN 'engine' END,
                CASE WHEN history.version <> lag(history.version) OVER question THEN 'version' END,
                CASE WHEN grade <> lag(grade) OVER question THEN 'grade' END) AS also_changed,
            cell
        FROM (
            SELECT
                *,
                min({metric}) OVER runs AS least_figure,
                max({metric}) OVER runs AS greatest_figure
            FROM (
                SELECT * REPLACE (
                    coalesce(
                        topology,
                        CASE WHEN min(topology) OVER recording = max(topology) OVER recording THEN min(topology) OVER recording END)
                    AS topology)
                FROM history
                WINDOW recording AS (PARTITION BY trace)
            )
            WINDOW runs AS (
                PARTITION BY trace, policy, parameters, cost_model, seed, {{CellConditions.Columns}})
        ) AS history
        WINDOW question AS (
            PARTITION BY trace, policy, parameters, cost_model, seed, {{CellConditions.Columns}}
            ORDER BY run, cell)
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, conditions, run, cell";
}
