namespace ForkTrace.Analytics.Html;

/// <summary>
/// A results database as one HTML page that needs nothing else: no server, no network. The numbers go in as JSON, the page's own script
/// draws them with uPlot (MIT), and a content security policy lets nothing else run.
/// </summary>
public static class HtmlReport
{
    /// <summary>Writes the page, UTF-8 without byte order mark.</summary>
    /// <param name="database">Where the numbers are; it is only read.</param>
    /// <param name="output">Where the page goes; left open.</param>
    /// <param name="choice">What to show; null for all recordings.</param>
    /// <exception cref="ResultsDatabaseException">There is no result to show, or the database has an older schema.</exception>
    public static void Write(ResultsDatabase database, Stream output, HtmlReportChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(output);
        byte[] data = ReportData.Read(database, choice ?? new HtmlReportChoice());
        output.Write(Encoding.UTF8.GetBytes(ReportPage.Assemble(Encoding.UTF8.GetString(data))));
    }
}

/// <summary>What an HTML report shows of a database.</summary>
public sealed record HtmlReportChoice
{
    /// <summary>Digests of the recordings to show; empty for all.</summary>
    public ImmutableArray<string> Traces { get; init; } = [];

    /// <summary>
    /// Cells to compare and to draw costs and time for. If empty: one per policy, at its default capacity if it was swept over more than three.
    /// </summary>
    public ImmutableArray<string> Cells { get; init; } = [];
}
