namespace ForkTrace.Analytics.Reports;

/// <summary>One row per kind of fork: how long forks took in the recording.</summary>
internal sealed class ForksReport : IReport
{
    public string Name => "forks";

    public string Summary => "One row per sort of forks: how long they took in the recording, measured by its events.";

    public string Select => """
        SELECT trace, trace_digest, measure, kind, outcome, forks, mean_ns, p50_ns, p90_ns, p99_ns, max_ns, copy_process_share
        FROM measured_forks
        """;

    public string OrderBy => "trace, trace_digest, measure, kind, outcome";

    public bool HasPolicies => false;
}
