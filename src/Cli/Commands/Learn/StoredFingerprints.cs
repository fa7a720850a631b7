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
    public static ImmutableArray<ClusteredRecording> Read(string path)
    {
        using ResultsDatabase database = ResultsFile.Open(path);
        List<ClusteredRecording> recordings = [];
        foreach (object?[] run in Rows(database, "SELECT max(r.id), t.trace, any_value(t.cpus) FROM runs r JOIN traces t ON t.digest = r.trace_digest GROUP BY t.digest, t.trace ORDER BY 1"))
        {
            RecordingSplit split = RecordingSplit.Alone((string)run[1]!, recordings.Count);
            recordings.Add(new ClusteredRecording(split, Fingerprint.Of(ProfileOf(database, Long(run[0])), (int)Long(run[2]), []), []));
        }

        return [.. recordings];
    }

    private static TraceProfile ProfileOf(ResultsDatabase database, long run)
    {
        string of = string.Create(CultureInfo.InvariantCulture, $"WHERE run = {run}");
        object?[][] windows = [.. Rows(database, $"SELECT start_ns, forks, deaths, callbacks, window_ns FROM trace_series {of} ORDER BY start_ns")];
        return new TraceProfile
        {
            WindowNs = windows.Length == 0 ? 1 : Long(windows[0][4]),
            Windows = [.. windows.Select(row => new TraceWindow(Long(row[0]), Long(row[1]), Long(row[2]), Long(row[3])))],
            Lifetimes =
            [
                .. Rows(database, $"SELECT kind, low_ns, high_ns, tasks FROM lifetime_buckets {of} ORDER BY kind, low_ns").GroupBy(row => (string)row[0]!)
                    .Select(kind => new LifetimeHistogram(kind.Key, HistogramOf(kind))),
            ],
            Delays =
            [
                new CallbackDelays(
                    StackOperationKind.TaskFree,
                    Evidence.Inferred,
                    HistogramOf(Rows(database, $"SELECT operation, low_ns, high_ns, callbacks FROM rcu_delay_buckets {of} AND operation = 'task_free' ORDER BY low_ns"))),
            ],
            CpuPairs =
            [
                .. Rows(database, $"SELECT fork_cpu, death_cpu, tasks FROM cpu_pairs {of} ORDER BY fork_cpu, death_cpu")
                    .Select(row => new CpuPair((int)Long(row[0]), (int)Long(row[1]), Long(row[2]))),
            ],
            GracePeriods =
            [
                .. Rows(database, $"SELECT start_ns, end_ns, last_ns, callbacks FROM grace_period_bounds {of} ORDER BY start_ns")
                    .Select(row => new GracePeriodBounds(Long(row[0]), Long(row[1]), Long(row[2]), Long(row[3]), Evidence.Inferred)),
            ],
        };
    }

    // The middle of a bucket stands for all values in it.
    private static LatencyHistogram HistogramOf(IEnumerable<object?[]> buckets)
    {
        LatencyHistogram histogram = new();
        foreach (object?[] bucket in buckets)
        {
            for (long left = Long(bucket[3]); left > 0; left--)
                histogram.Record((Long(bucket[1]) + Long(bucket[2])) / 2.0);
        }

        return histogram;
    }

    private static long Long(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static IEnumerable<object?[]> Rows(ResultsDatabase database, string sql)
    {
        using QueryResult result = database.Query(sql);
        while (result.Read())
            yield return [.. Enumerable.Range(0, result.Columns.Length).Select(column => result[column])];
    }
}
