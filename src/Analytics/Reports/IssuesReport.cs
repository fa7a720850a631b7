namespace ForkTrace.Analytics.Reports;

/// <summary>A row an issue: what the reader had to say about each recording.</summary>
internal sealed class IssuesReport : IReport
{
    public string Name => "issues";

    public string Summary => "A row an issue: what the reader had to say about each recording.";

    public string Select => """
        SELECT trace, trace_digest, severity, code, message, occurrences
        FROM issues
        """;

    public string OrderBy => "trace, trace_digest, severity, code, message";

    public bool HasPolicies => false;
}
