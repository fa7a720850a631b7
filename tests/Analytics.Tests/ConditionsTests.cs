using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests;

/// <summary>
/// Rows that are the same policy over the same recording, under other conditions, are told apart wherever they are shown.
/// </summary>
public sealed class ConditionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public ConditionsTests()
    {
        _database = ResultsDatabase.Open(_folder.Database);
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        ReplayPlan plan = ReplayPlan.Default with { Policies = [PolicySelection.Parse("linux-4.9")] };
        ReplayPlan[] plans =
        [
            plan,
            plan with { Pins = PinModel.Parse("50%:5ms"), Rcu = RcuModel.Parse("hz=1000"), WarmupNs = 1_500_000 },
            plan with { NodeOfCpu = [0, 1], StartFull = true, VfreeDelayNs = 1_000_000 },
        ];
        foreach (ReplayPlan under in plans)
            _database.AddRun(Samples.Run, RunFindings.Of(events, under));
    }

    public static TheoryData<string> CellReports => [.. ReportCatalog.All.Where(report => report.HasCells).Select(report => report.Name)];

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(CellReports))]
    public void Every_report_of_cells_names_them(string name)
    {
        HashSet<string> found = [];
        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == name), _database);
        int column = rows.Columns.Select(known => known.Name).ToList().IndexOf("conditions");
        while (rows.Read())
            found.Add(rows.Text(column)!);
        const string Own = "topology=node0=0-1;llc0=0-1";
        Assert.Equal(
            [
                $"start=full topology=node0=0;node1=1;llc0=0-1 vfree-delay=1.0ms",
                Own,
                $"warmup=1.5ms rcu-model=hz=1000 pins=50%:5ms {Own}",
            ],
            found.Order(StringComparer.Ordinal));
    }

    // Three rows of one run each: no change from one to the other.
    [Fact]
    public void A_history_goes_on_only_under_the_same_conditions()
    {
        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "history"), _database);
        string[] names = [.. rows.Columns.Select(column => column.Name)];
        int count = 0;
        for (; rows.Read(); count++)
        {
            Assert.Null(rows.Text(Array.IndexOf(names, "change_hit_rate")));
            Assert.Equal("▄", rows.Text(Array.IndexOf(names, "trend")));
        }

        Assert.Equal(3, count);
    }
}
