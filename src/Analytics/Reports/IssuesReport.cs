namespace ForkTrace.Analytics.Reports;

/// <summary>One row per issue that the reader reported about a recording.</summary>
internal sealed class IssuesReport : IReport
{
    public string Name => "issues";

    public string Summary => "One row per issue that the reader reported about a recording.";

    public string Select => """
        SELECT trace, trace_digest, severity, code, message, occurrences
        FROM issues
        """;

    public string OrderBy => "trace, trace_digest, severity, code, message";

    public bool HasPolicies => false;
}
