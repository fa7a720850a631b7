namespace ForkTrace.Analytics.Reports;

/// <summary>One row per pair of CPUs: tasks that were forked on one and died on the other.</summary>
internal sealed class MatrixReport : IReport
{
    public string Name => "matrix";

    public string Summary => "One row per pair of CPUs: tasks that were forked on one and died on the other.";

    public string Select => """
        SELECT trace, trace_digest, fork_cpu, death_cpu, tasks, task_share
        FROM cpu_matrix
        """;

    public string OrderBy => "trace, trace_digest, fork_cpu, death_cpu";

    public bool HasPolicies => false;
}
