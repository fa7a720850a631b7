using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests;

/// <summary>What the history of a figure says of the recordings under it.</summary>
public sealed class HistoryReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_digest_is_another_recording_only_where_the_algorithm_is_the_same()
    {
        using ResultsDatabase database = ResultsDatabase.Open(_folder.Database);
        foreach (string digest in new[] { "sha256:aa", "sha256:bb", "xxh128:bb", "xxh128:bb", "xxh128:cc" })
        {
            database.AddRun(
                Samples.Run, Samples.Facts with { Digest = digest }, [Samples.Distinct with { Cell = $"of {digest}", TraceDigest = digest }]);
        }

        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "history"), database);
        int column = rows.Columns.Select(one => one.Name).ToList().IndexOf("also_changed");
        List<string?> changed = [];
        while (rows.Read())
            changed.Add(rows.Text(column));
        Assert.Equal(["", "recording", "digest", "", "recording"], changed);
    }
}
