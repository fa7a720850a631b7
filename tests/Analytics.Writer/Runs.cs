using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Analytics.Storage;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Writer;

/// <summary>Runs of a known size, so that a test can check whether a run in a database is complete.</summary>
public static class Runs
{
    public const int Cells = 20;
    public const int BucketsPerCell = 400;
    public const int WindowsPerCell = 100;
    public const int Issues = 3;

    public static RunDescription Description { get; } = new("0.1.0", "replay x", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    public static TraceFacts Facts { get; } = new()
    {
        Trace = "x.perf.data",
        Format = "perf.data",
        Digest = new string('a', 64),
        Issues = [.. Enumerable.Range(0, Issues).Select(i => new ImportIssue(IssueSeverity.Warning, $"code_{i}", "A message.", i))],
    };

    /// <summary>Results that call <paramref name="beforeSeries"/> before their time series.</summary>
    public static IReadOnlyList<CellResult> Results(Action<int> beforeSeries) =>
        [.. Enumerable.Range(0, Cells).Select(i => Cell(i, beforeSeries))];

    private static CellResult Cell(int number, Action<int> beforeSeries)
    {
        LatencyHistogram latency = new();
        for (int bucket = 0; bucket < BucketsPerCell; bucket++)
            latency.Record(bucket < 128 ? bucket : (128L << ((bucket - 128) / 64)) * (1 + ((bucket - 128) % 64 / 64.0)));
        return new CellResult
        {
            Cell = number.ToString("x16", CultureInfo.InvariantCulture),
            Trace = Facts.Trace,
            TraceDigest = Facts.Digest,
            Policy = "rcu-cache",
            Parameters = ImmutableSortedDictionary<string, long>.Empty.Add("capacity", number),
            Conditions = new() { Seed = 1 },
            Grade = new Grade(GradeLevel.A, [new OperationEvidence(StackOperationKind.Allocate, 1, 0, 0)], 0),
            Latency = latency,
            Series = new InterruptedSeries(number, beforeSeries),
        };
    }

    private sealed class InterruptedSeries(int cell, Action<int> before) : IReadOnlyList<SeriesPoint>
    {
        public int Count => WindowsPerCell;

        public SeriesPoint this[int index] => new(index, 0, 0, 0, 0, 0);

        public IEnumerator<SeriesPoint> GetEnumerator()
        {
            before(cell);
            return Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
