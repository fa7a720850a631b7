using ForkTrace.Learning.Clustering;
using ForkTrace.Learning.Corpus;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Fingerprints from a results database, one per recording in it. The database has no overlap per CPU, so these numbers are the same for all.
/// Hit-rate curves are not read, because a run holds only those that the user asked for.
/// </summary>
internal static class StoredFingerprints
{
    private const int CpusMax = 1 << 16;

    // So that sums over rows fit into 64 bits.
    private const long CountMax = 1L << 40;

    public static ImmutableArray<ClusteredRecording> Read(string path)
    {
        using ResultsDatabase database = ResultsFile.Open(path);
        ImmutableArray<(long Run, string Name, int Cpus)> runs = Rows(
            database,
            """
            SELECT max(runs.id), traces.name, any_value(traces.cpus) AS cpus
            FROM runs
            JOIN traces ON traces.digest = runs.trace_digest
            GROUP BY traces.digest, traces.name
            ORDER BY 1
            """,
            row => (Integer(row, 0), row.TextOf(1), (int)Integer(row, 2, 0, CpusMax)));
        return
        [
            .. runs.Select((run, place) => new ClusteredRecording(
                RecordingSplit.Alone(run.Name, place), Fingerprint.Of(ProfileOf(database, run.Run), run.Cpus, []), [])),
        ];
    }

    private static TraceProfile ProfileOf(ResultsDatabase database, long run)
    {
        string of = string.Create(CultureInfo.InvariantCulture, $"WHERE run = {run}");
        ImmutableArray<(long LengthNs, TraceWindow Window)> windows = Rows(
            database,
            $"SELECT window_ns, start_ns, forks, deaths, callbacks FROM trace_series {of} ORDER BY start_ns",
            row => (Integer(row, 0, 1), new TraceWindow(Integer(row, 1), Count(row, 2), Count(row, 3), Count(row, 4))));
        return new TraceProfile
        {
            WindowNs = windows.IsEmpty ? 1 : windows[0].LengthNs,
            Windows = [.. windows.Select(window => window.Window)],
            Lifetimes =
            [
                .. Buckets(database, $"SELECT low_ns, high_ns, tasks, kind FROM lifetime_buckets {of} ORDER BY kind, low_ns")
                    .GroupBy(bucket => bucket.Kind)
                    .Select(kind => new LifetimeHistogram(kind.Key, HistogramOf(kind))),
            ],
            Delays =
            [
                new CallbackDelays(
                    StackOperationKind.TaskFree,
                    Evidence.Inferred,
                    HistogramOf(Buckets(
                        database, $"SELECT low_ns, high_ns, callbacks, operation FROM rcu_delay_buckets {of} AND operation = 'task_free' ORDER BY low_ns"))),
            ],
            CpuPairs = Rows(
                database,
                $"SELECT fork_cpu, death_cpu, tasks FROM cpu_pairs {of} ORDER BY fork_cpu, death_cpu",
                row => new CpuPair((int)Integer(row, 0, 0, CpusMax), (int)Integer(row, 1, 0, CpusMax), Count(row, 2))),
            GracePeriods = Rows(
                database,
                $"SELECT start_ns, end_ns, last_ns, callbacks FROM grace_period_bounds {of} ORDER BY start_ns",
                row => new GracePeriodBounds(Integer(row, 0), Integer(row, 1), Integer(row, 2), Count(row, 3), Evidence.Inferred)),
        };
    }

    private static ImmutableArray<(double MiddleNs, long Count, string Kind)> Buckets(ResultsDatabase database, string sql) =>
        Rows(database, sql, row => ((Integer(row, 0) / 2.0) + (Integer(row, 1) / 2.0), Count(row, 2), row.Text(3) ?? ""));

    // The middle of a bucket stands for all values in it.
    private static LatencyHistogram HistogramOf(IEnumerable<(double MiddleNs, long Count, string Kind)> buckets)
    {
        LatencyHistogram histogram = new();
        foreach ((double middleNs, long count, _) in buckets)
            histogram.Record(middleNs, count);
        return histogram;
    }

    private static long Count(QueryResult row, int column) => Integer(row, column, 0, CountMax);

    private static long Integer(QueryResult row, int column, long min = long.MinValue, long max = long.MaxValue) =>
        row.WholeNumber(column) is { } value && value >= min && value <= max ? value : throw row.Unexpected(column);

    private static ImmutableArray<T> Rows<T>(ResultsDatabase database, string sql, Func<QueryResult, T> read)
    {
        using QueryResult result = database.Query(sql);
        ImmutableArray<T>.Builder rows = ImmutableArray.CreateBuilder<T>();
        while (result.Read())
            rows.Add(read(result));
        return rows.DrainToImmutable();
    }
}
