using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Analytics.Writer;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Tests;

/// <summary>The rows of a run in the tables.</summary>
public sealed class AddRunTests : IDisposable
{
    // All tables with results. The table runs also has wall-clock times.
    private static readonly string[] s_resultTables =
    [
        "results", "evidence", "latency_buckets", "series", "import_issues", "losses", "release_cost_buckets", "reuse_buckets",
        "cpu_counts", "comm_counts", "cgroup_counts", "curves", "curve_points", "agreements", "lifetime_buckets", "rcu_delay_buckets", "cpu_pairs",
        "grace_period_bounds", "trace_series", "cost_parts", "fork_times", "fork_time_buckets",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly ResultsDatabase _database;

    public AddRunTests() => _database = ResultsDatabase.Open(_folder.Database);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_prices_of_a_run_are_kept_part_by_part()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct]);
        Assert.Equal(
            ["1|lwn-2016|cache_hit|input|250|250|-|-|-|-|4.8-4.9", "1|lwn-2016|vfree|-|-|-|-|-|-|-|-"],
            _database.Rows("SELECT * EXCLUDE (source) FROM cost_parts WHERE part IN ('cache_hit', 'vfree') ORDER BY part"));
        Assert.Equal(13L, _database.Value("SELECT count(*) FROM cost_parts WHERE source IS NOT NULL"));
    }

    [Fact]
    public void How_long_forks_took_is_kept_with_its_distribution()
    {
        LatencyHistogram times = new();
        times.Record(100);
        times.Record(100);
        times.Record(120);
        ForkLatency calls = new("system_call", "thread", "hit", times) { CopyShare = 0.25 };
        RunFindings findings = new(Samples.Facts, [Samples.Distinct], [], null)
        {
            ForkTimes = [calls, calls with { Outcome = "miss", CopyShare = null }],
        };
        _database.AddRun(Samples.Run, findings);
        Assert.Equal(
            [
                "system_call|thread|hit|3|106.66666666666667|100|120|120|120|0.25",
                "system_call|thread|miss|3|106.66666666666667|100|120|120|120|-",
            ],
            _database.Rows("SELECT * EXCLUDE (run, trace, trace_digest) FROM measured_forks"));
        Assert.Equal(
            ["hit|100|100|2|0.6666666666666666", "hit|120|120|1|1"],
            _database.Rows("SELECT outcome, low_ns, high_ns, forks, share_at_most FROM measured_fork_times WHERE outcome = 'hit'"));
    }

    [Fact]
    public void Every_field_of_a_result_is_in_its_column()
    {
        Assert.Equal(1, _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct]));
        CellResult cell = Samples.Distinct;
        Assert.Equal(
            ["1|00000000000000c1|D|5|-|8|2|5|3|0.625|11|12|13|14|250010|10|10|1000000|1000000|1000000|1000000|-512.25" +
                "|101|102.5|103|201|202.5|203|301|302.5|303|1000" +
                "|8|9|61|true|hz=1000|1%:2us|node0=0;node1=1|67|62|63|64|65|66|6|0.75|68.5|69|70.75|70|72|72|72|72|125.121875|401|402.5|403|501|502.5|503|601|602|603.5" +
                "|74|75|76|77.75|77|79|79|79|79|0.25|0.75|80" +
                "|82|83|input|zeroing|true|>=|125121.875|vfree, purge|81.5|interleave|-|0.875|0.25|8|-|87|0.875|0.5|0.125|0.75||8f306d1673931342"],
            _database.Rows("FROM results"));
        Assert.Equal(1_000_000, cell.Latency.QuantileNs(0.9));
        Assert.Equal(
            [$"00000000000000c1|xxh128:abc|rcu-cache|capacity=2,slack=-7|{{\"capacity\":2,\"slack\":-7}}|lwn-2016|{ulong.MaxValue}"],
            _database.Rows("FROM cells"));
        Assert.Equal(["1|00000000000000c1|release|31|32|33"], _database.Rows("FROM evidence"));
        Assert.Equal(
            ["1|00000000000000c1|0|41|42|43|44|45", "1|00000000000000c1|1000|51|52|53|54|55"],
            _database.Rows("FROM series ORDER BY start_ns"));
        Assert.Equal(
            ["1|00000000000000c1|10|10|2", "1|00000000000000c1|20|20|1", "1|00000000000000c1|999424|1003519|1"],
            _database.Rows("FROM latency_buckets ORDER BY low_ns"));
        Assert.Equal(
            ["1|00000000000000c1|70|70|2", "1|00000000000000c1|71|71|1", "1|00000000000000c1|72|72|1"],
            _database.Rows("FROM release_cost_buckets ORDER BY low_ns"));
        Assert.Equal(
            ["1|00000000000000c1|77|77|2", "1|00000000000000c1|78|78|1", "1|00000000000000c1|79|79|1"],
            _database.Rows("FROM reuse_buckets ORDER BY low_ns"));
        Assert.Equal(["1|00000000000000c1|9|91|92|93|94|95|96"], _database.Rows("FROM cpu_counts"));
        Assert.Equal(
            ["1|00000000000000c1|-|1|0|0|0|0|0", "1|00000000000000c1|sh|81|82|83|84|85|86"],
            _database.Rows("FROM comm_counts ORDER BY hits"));
    }

    [Fact]
    public void Forks_of_a_cgroup_are_kept_and_an_unknown_one_is_NULL()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct]);
        Assert.Equal(
            ["1|00000000000000c1|-|1|0|0|0|0|0", "1|00000000000000c1|/a|181|182|183|184|185|186"],
            _database.Rows("FROM cgroup_counts ORDER BY hits"));
        Assert.Equal(["/a|1101|181", "-|1|1"], _database.Rows("SELECT cgroup, allocations, hits FROM cgroups"));
    }

    [Fact]
    public void Every_fact_of_a_recording_is_in_its_column_and_what_is_unknown_is_NULL()
    {
        TraceFacts facts = Samples.Facts;
        _database.AddRun(Samples.Run, facts, []);
        Assert.Equal(
            [$"xxh128:abc|{facts.Trace}|perf.data|12345|6.18.5|x86_64|mono|ns|1790000000000000000|2|[0,0]|{facts.Recorder}" +
                $"|{facts.FirstNs}|{facts.LastNs}|1207|1200|5|300|9792"],
            _database.Rows("FROM traces"));
        Assert.Equal(
            ["death_switch|true|300", "exit|true|300", "free|true|300", "newtask|true|300", "sched:sched_stat_runtime|false|7"],
            _database.Rows("SELECT event, is_used, events FROM trace_events WHERE trace_digest = 'xxh128:abc' ORDER BY event"));
        Assert.Equal(["1|data_loss|lost_events|5 events are missing.|5"], _database.Rows("FROM import_issues"));
        Assert.Equal(["1|1|100|200|5", "1|-|-|-|-"], _database.Rows("FROM losses ORDER BY cpu"));
        _database.AddRun(Samples.Run, new TraceFacts { Format = "trace.dat v6", Digest = "xxh128:def" }, []);
        Assert.Equal(
            ["xxh128:def||trace.dat v6|0|-|-|-|ns|-|0|-|-|0|0|0|0|0|0|-"], _database.Rows("FROM traces WHERE digest = 'xxh128:def'"));
    }

    [Fact]
    public void A_run_says_what_was_typed_and_when_in_UTC()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct, Samples.Unmet]);
        Assert.Equal(
            [$"1|xxh128:abc|0.1.0|{Samples.Run.Command}|2026-02-28 10:00:00|2026-02-28 10:00:01.5|2|before|c0ffee"],
            _database.Rows("FROM runs"));
    }

    [Fact]
    public void A_cell_that_cannot_be_answered_has_a_reason_and_no_figures()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Unmet]);
        using QueryResult result = _database.Query("""
            SELECT * EXCLUDE (
                run, cell, grade, events_lost, unmet, policy_version, engine_version, warmup_ns, starts_full, rcu_model, pins, topology,
                node_memory, vfree_delay_ns, policy_origin, cost_fingerprint)
            FROM results
            """);
        Assert.True(result.Read());
        Assert.All(Enumerable.Range(0, result.Columns.Length), column => Assert.Null(result[column]));
        Assert.Equal(["pages-rcu||the trace shows no fork|-"], _database.Rows("SELECT policy, parameters, unmet, hit_rate FROM summary"));
    }

    [Fact]
    public void Without_allocations_there_are_counts_and_no_costs()
    {
        CellResult idle = Samples.Distinct with { Latency = new LatencyHistogram(), Allocations = 0, Hits = 0 };
        _database.AddRun(Samples.Run, Samples.Facts, [idle]);
        Assert.Equal(
            ["0|-|-|-|-|-|-|-|1000"],
            _database.Rows("""
                SELECT allocations, cost_mean_ns, cost_min_ns, cost_p50_ns, cost_p90_ns, cost_p99_ns, cost_p999_ns, cost_max_ns, window_ns
                FROM results
                """));
        Assert.Empty(_database.Rows("FROM latency"));
    }

    [Fact]
    public void A_plan_that_names_a_cell_twice_has_it_once()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct, Samples.Unmet, Samples.Distinct]);
        Assert.Equal(2L, _database.Value("SELECT count(*) FROM results"));
        Assert.Equal(2, _database.Value("SELECT cells FROM runs"));
        Assert.Equal(2L, _database.Value("SELECT count(*) FROM series"));
    }

    [Fact]
    public void The_same_plan_again_adds_a_run_with_identical_rows_and_nothing_twice()
    {
        Assert.Equal(1, _database.AddSmallRun());
        string[] onceTables = ["traces", "trace_events", "cells"];
        string[] before = [.. onceTables.SelectMany(table => _database.Rows($"FROM {table} ORDER BY ALL"))];
        Assert.Equal(2, _database.AddSmallRun(Samples.LaterRun, threads: 4));
        Assert.Equal(before, onceTables.SelectMany(table => _database.Rows($"FROM {table} ORDER BY ALL")));
        foreach (string table in s_resultTables)
        {
            Assert.Empty(_database.Rows(Difference(table, 1, 2)));
            Assert.Empty(_database.Rows(Difference(table, 2, 1)));
        }

        Assert.Equal(20L, _database.Value("SELECT count(*) FROM results"));
        Assert.Equal(20L, _database.Value("SELECT count(*) FROM history"));
        Assert.Equal(10L, _database.Value("SELECT count(*) FROM summary"));
        Assert.Equal(["2"], _database.Rows("SELECT DISTINCT run FROM summary"));
        Assert.Equal(1L, _database.Value("SELECT count(*) FROM issues"));
    }

    [Fact]
    public void What_the_engine_found_is_what_SQL_gives()
    {
        _database.AddSmallRun();
        using EventColumns events = SmallTrace.Read();
        IReadOnlyList<CellResult> results = Replay.Engine.ReplayEngine.Run(events, Samples.Plan);
        foreach (CellResult expected in results)
        {
            using QueryResult row = _database.Query($"""
                SELECT policy, hits, hit_rate, cost_mean_ns, cost_p99_ns, difference_to_pages_ns, waiting_mean_bytes, grade
                FROM summary
                WHERE cell = '{expected.Cell}'
                """);
            Assert.True(row.Read());
            Assert.Equal(
                [
                    expected.Policy, expected.Hits, expected.HitRate, expected.Latency.MeanNs, expected.Latency.QuantileNs(0.99),
                    expected.DifferenceToPagesNs, expected.Memory.WaitingForRcu.MeanBytes, expected.Grade.Level.ToString(),
                ],
                Enumerable.Range(0, row.Columns.Length).Select(column => row[column]));
            Assert.Equal(expected.Latency.Count, ReadCount($"SELECT sum(allocations) FROM latency WHERE cell = '{expected.Cell}'"));
            Assert.Equal(expected.Hits, ReadCount($"SELECT sum(hits) FROM timeline WHERE cell = '{expected.Cell}'"));
        }

        Assert.Contains(results, result => result.Hits > 0 && result.Misses > 0);
    }

    [Fact]
    public void The_views_show_the_latest_run_of_each_cell_even_where_the_last_run_had_others()
    {
        _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct, Samples.Unmet]);
        _database.AddRun(Samples.LaterRun, Samples.Facts, [Samples.Distinct with { Hits = 6, Misses = 2 }]);
        Assert.Equal(["pages-rcu|1|-", "rcu-cache|2|6"], _database.Rows("SELECT policy, run, hits FROM summary ORDER BY policy"));
        Assert.Equal(
            ["1|5|0.1.0", "2|6|0.2.0"], _database.Rows("SELECT run, hits, version FROM history WHERE policy = 'rcu-cache' ORDER BY run"));
    }

    [Fact]
    public void A_recording_is_described_as_its_latest_import_saw_it()
    {
        _database.AddRun(Samples.Run, Samples.Facts, []);
        TraceFacts later = Samples.Facts with
        {
            Trace = "renamed.dat",
            CpuNodes = [],
            EventsSkipped = Samples.Facts.EventsSkipped.Clear(),
            Issues = [],
        };
        _database.AddRun(Samples.LaterRun, later, []);
        Assert.Equal(["renamed.dat|-"], _database.Rows("SELECT name, cpu_nodes FROM traces"));
        Assert.Equal(4L, _database.Value("SELECT count(*) FROM trace_events"));
        Assert.Empty(_database.Rows("FROM issues"));
        Assert.Equal(1L, _database.Value("SELECT count(*) FROM import_issues"));
    }

    [Fact]
    public void A_failure_on_the_way_leaves_nothing_and_the_database_in_use()
    {
        IReadOnlyList<CellResult> results = Runs.Results(cell =>
        {
            if (cell == Runs.Cells / 2)
                throw new TimeoutException("stop");
        });
        Assert.Throws<TimeoutException>(() => _database.AddRun(Runs.Description, Runs.Facts, results));
        foreach (string table in s_resultTables.Concat(["runs", "cells", "traces", "trace_events"]))
            Assert.Equal(0L, _database.Value($"SELECT count(*) FROM {table}"));
        Assert.Equal(1, _database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct]));
        Assert.Equal(1L, _database.Value("SELECT count(*) FROM summary"));
    }

    [Fact]
    public void Results_of_another_recording_and_a_recording_without_a_digest_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => _database.AddRun(Samples.Run, Samples.Facts with { Digest = "else" }, [Samples.Distinct]));
        Assert.Throws<ArgumentException>(() => _database.AddRun(Samples.Run, Samples.Facts with { Digest = "" }, []));
        Assert.Equal(0L, _database.Value("SELECT count(*) FROM runs"));
    }

    private static string Difference(string table, int left, int right) =>
        $"SELECT * EXCLUDE (run) FROM {table} WHERE run = {left} EXCEPT ALL SELECT * EXCLUDE (run) FROM {table} WHERE run = {right}";

    private long ReadCount(string sql) => (long)(System.Numerics.BigInteger)_database.Value(sql)!;
}
