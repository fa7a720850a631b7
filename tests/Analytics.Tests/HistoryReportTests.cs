using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Tests;

/// <summary>The history of a figure, and its notes about the recordings.</summary>
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

    // Runs from before conditions existed, and runs with the explicit default RCU model, have the default conditions.
    [Theory]
    [InlineData(1, "")]
    [InlineData(3, "")]
    [InlineData(3, "UPDATE results SET warmup_ns = 0, starts_full = FALSE, rcu_model = 'hz=250', pins = '', vfree_delay_ns = 4000000")]
    public void A_trend_continues_over_an_upgrade(int version, string change)
    {
        OldSchema.Make(_folder.Database, version, change);
        using ResultsDatabase database = ResultsDatabase.Open(_folder.Database);
        using EventColumns events = SmallTrace.Read("sha256:def");
        database.AddRun(Samples.Run, RunFindings.Of(events, ReplayPlan.Default with { Policies = [PolicySelection.Parse("linux-4.9")] }));
        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "history"), database);
        int column = rows.Columns.Select(one => one.Name).ToList().IndexOf("change_hit_rate");
        List<bool> changes = [];
        while (rows.Read())
            changes.Add(rows.Text(column) is not null);
        Assert.Equal([false, true], changes);
    }
}
