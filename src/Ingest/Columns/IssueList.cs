namespace ForkTrace.Ingest.Columns;

/// <summary>The issues that a reader found in a recording, in the order in which it found them.</summary>
internal sealed class IssueList : List<ImportIssue>
{
    /// <summary>Reports something that changes no figure, unless <paramref name="count"/> is 0.</summary>
    public IssueList Tell(string code, long count, string message) => Say(IssueSeverity.Information, code, count, message, count > 0);

    /// <summary>Reports something unknown or repaired, unless <paramref name="count"/> is 0.</summary>
    public IssueList Warn(string code, long count, string message) => Say(IssueSeverity.Warning, code, count, message, count > 0);

    /// <summary>Reports that events are missing, if <paramref name="happened"/>; if that is not given, unless the count is 0.</summary>
    public IssueList Loss(string code, long count, string message, bool? happened = null) =>
        Say(IssueSeverity.DataLoss, code, count, message, happened ?? count > 0);

    /// <summary><c>in 1 place</c>, <c>in 12 places</c>: for messages.</summary>
    public static string InPlaces(int count) => count == 1 ? "in 1 place" : string.Create(CultureInfo.InvariantCulture, $"in {count} places");

    private IssueList Say(IssueSeverity severity, string code, long count, string message, bool happened)
    {
        if (happened)
            Add(new ImportIssue(severity, code, message, count));
        return this;
    }
}
