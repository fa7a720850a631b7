using System.Globalization;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests;

/// <summary>
/// Rows of the same policy and recording under different conditions are distinguished wherever they are shown.
/// </summary>
public sealed class ConditionsTests : IDisposable
{
    private static readonly ReplayPlan s_plan = ReplayPlan.Default with { Policies = [PolicySelection.Parse("linux-4.9")] };

    // Caches that start full are not counted in one pass.
    private static readonly ReplayPlan s_swept = s_plan with { Policies = [.. PolicySelection.ParseAll("linux-4.9:capacity=0..3")] };

    private static readonly LifecycleConditions s_pinned = new() { Pins = PinModel.Parse("50%:5ms"), Rcu = RcuModel.Parse("hz=1000") };
    private static readonly LifecycleConditions s_apart = new() { Topology = new MachineTopology([0, 1], []) };

    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public ConditionsTests()
    {
        _database = ResultsDatabase.Open(_folder.Database);
        Add(s_plan);
        Add(s_plan.Under(one => one with { Lifecycle = s_pinned, WarmupNs = 1_500_000 }));
        Add(s_plan.Under(one => one with { Lifecycle = s_apart, Start = CacheStart.Full, VfreeDelayNs = 1_000_000 }));
    }

    // The recordings here have no cgroups.
    public static TheoryData<string> CellReports =>
        [.. ReportCatalog.All.Where(report => report.HasCells && report.Name != "cgroups").Select(report => report.Name)];

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

    // Three rows of one run each, without changes between them.
    [Fact]
    public void A_history_continues_only_under_the_same_conditions()
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

    // Rows under the default show nothing, and 0 is a delay like any other.
    [Fact]
    public void Another_vfree_delay_is_another_question()
    {
        Add(s_plan.Under(one => one with { VfreeDelayNs = 0 }));
        Add(s_plan);
        string[] conditions = [.. ComparisonSide.Read(_database, "all").Cells.Select(cell => cell.Conditions)];
        const string Own = "topology=node0=0-1;llc0=0-1";
        Assert.Equal(4, conditions.Length);
        Assert.Contains(Own, conditions);
        Assert.Contains($"{Own}; vfree_delay_ns=0", conditions);
        Assert.Contains("starts_full=true; topology=node0=0;node1=1;llc0=0-1; vfree_delay_ns=1000000", conditions);

        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "history"), _database);
        string[] names = [.. rows.Columns.Select(column => column.Name)];
        Dictionary<string, string?> changes = [];
        while (rows.Read())
            changes.Add(rows.Text(Array.IndexOf(names, "run"))!, rows.Text(Array.IndexOf(names, "change_hit_rate")));
        Assert.Equal(["1", "2", "3", "4", "5"], changes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["5"], changes.Where(change => change.Value is not null).Select(change => change.Key));
    }

    [Fact]
    public void A_curve_is_replaced_only_under_the_same_conditions()
    {
        Add(s_swept.Under(one => one with { Start = CacheStart.Full }));
        Assert.Equal(["1|65|65", "2|65|65", "4|4|4"], Curves());
        Add(s_plan.Under(one => one with { Lifecycle = s_pinned, WarmupNs = 1_500_000 }));
        Assert.Equal(["1|65|65", "4|4|4", "5|65|65"], Curves());
        Add(s_plan);
        Add(s_plan.Under(one => one with { VfreeDelayNs = 1_000_000 }));
        Assert.Equal(["4|4|4", "5|65|65", "6|65|65", "7|65|65"], Curves());
        Assert.Equal(
            ["4|true|||4000000", "5|false|hz=1000|50%:5ms|4000000", "6|false|||4000000", "7|false|||1000000"],
            _database.Rows("SELECT DISTINCT run, starts_full, rcu_model, pins, vfree_delay_ns FROM capacity_curves WHERE policy = 'linux-4.9' ORDER BY run"));
        Assert.Empty(_database.Rows("""
            SELECT run, capacity, hits FROM capacity_curves
            EXCEPT SELECT run, capacity, hits FROM curve_points
            """));
    }

    [Fact]
    public void The_capacity_report_tells_curves_apart_and_does_not_mix_them()
    {
        Add(s_swept.Under(one => one with { Start = CacheStart.Full }));
        using QueryResult rows = ReportCatalog.Ask(ReportCatalog.All.Single(report => report.Name == "capacity"), _database, policy: "linux-4.9");
        string[] names = [.. rows.Columns.Select(column => column.Name)];
        List<string> conditions = [];
        List<long> capacities = [];
        while (rows.Read())
        {
            string label = rows.Text(Array.IndexOf(names, "conditions"))!;
            long capacity = long.Parse(rows.Text(Array.IndexOf(names, "capacity"))!, CultureInfo.InvariantCulture);
            Assert.Equal(capacities.Count == 0 || conditions[^1] != label, capacity == 0);
            conditions.Add(label);
            capacities.Add(capacity);
        }

        Assert.Equal(3, conditions.Distinct().Count());
        Assert.Equal(3, capacities.Count(capacity => capacity == 0));
    }

    private List<string> Curves() =>
        _database.Rows("SELECT run, count(*), count(DISTINCT capacity) FROM capacity_curves WHERE policy = 'linux-4.9' GROUP BY run ORDER BY run");

    private void Add(ReplayPlan plan)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        _database.AddRun(Samples.Run, RunFindings.Of(events, plan));
    }
}
