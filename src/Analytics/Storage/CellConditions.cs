using System.Globalization;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Storage;

/// <summary>
/// Under what a cell was replayed, in one word of each option that was not left at its default: what tells rows apart that are the same
/// policy over the same recording. A topology is named where a recording's cells have several, since its own need not be asked for. All cells of
/// a run have the same; one without figures does not say how its caches began.
/// </summary>
internal static class CellConditions
{
    /// <summary>A SELECT with a row a run and cell: <c>run</c>, <c>cell</c>, <c>conditions</c> (empty for the defaults).</summary>
    public static string Select { get; } = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT run, cell, concat_ws(
            ' ',
            CASE WHEN warmup_ns > 0 THEN 'warmup=' || (warmup_ns / 1e6)::VARCHAR || 'ms' END,
            CASE WHEN bool_or(starts_full) OVER (PARTITION BY run) THEN 'start=full' END,
            CASE WHEN rcu_model <> '' THEN 'rcu-model=' || rcu_model END,
            CASE WHEN pins <> '' THEN 'pins=' || pins END,
            CASE WHEN min(topology) OVER recording <> max(topology) OVER recording THEN 'topology=' || topology END,
            CASE WHEN vfree_delay_ns <> {ReplayPlan.DefaultVfreeDelayNs}
                THEN 'vfree-delay=' || (vfree_delay_ns / 1e6)::VARCHAR || 'ms' END) AS conditions
        FROM history
        WINDOW recording AS (PARTITION BY trace_digest)
        """);

    /// <summary>A SELECT with a row a run: <c>run</c>, <c>conditions</c>.</summary>
    public static string SelectByRun { get; } = $"SELECT run, any_value(conditions) AS conditions FROM ({Select}) GROUP BY run";
}
