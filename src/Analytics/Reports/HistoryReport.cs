namespace ForkTrace.Analytics.Reports;

/// <summary>A row a result of every run: how figures went from version to version.</summary>
internal sealed class HistoryReport : IReport
{
    public string Name => "history";

    public string Summary => "A row a result of every run: how figures went from version to version.";

    public string Select => """
        SELECT trace, policy, parameters, capacity, cost_model, seed, run, started_at, version, grade, hit_rate, cost_mean_ns, cost_p99_ns,
            cached_peak_bytes, waiting_peak_bytes, cell
        FROM history
        """;

    public string OrderBy => "trace, policy, capacity, parameters, cost_model, seed, run, cell";
}
