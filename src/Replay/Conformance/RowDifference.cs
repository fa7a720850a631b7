using System.Globalization;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Conformance;

/// <summary>Compares whole result rows, to the last bit.</summary>
public static class RowDifference
{
    /// <summary>The first figure in which two rows differ, with both values; null if they are the same.</summary>
    public static string? Between(CellResult expected, CellResult actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        using IEnumerator<(string Name, object? Value)> others = Figures(actual).GetEnumerator();
        foreach ((string name, object? value) in Figures(expected))
        {
            others.MoveNext();
            if (!Equals(value, others.Current.Value))
                return string.Create(CultureInfo.InvariantCulture, $"{name} is {value ?? "none"} and {others.Current.Value ?? "none"}");
        }

        return Lists(expected, actual);
    }

    private static string? Lists(CellResult expected, CellResult actual)
    {
        (string Name, bool IsSame)[] lists =
        [
            (nameof(CellResult.Latency), expected.Latency.Buckets().SequenceEqual(actual.Latency.Buckets())),
            (nameof(CellResult.ReleaseCost), expected.ReleaseCost.Buckets().SequenceEqual(actual.ReleaseCost.Buckets())),
            (nameof(CellResult.Series), expected.Series.SequenceEqual(actual.Series)),
            (nameof(CellResult.ByCpu), expected.ByCpu.SequenceEqual(actual.ByCpu)),
            (nameof(CellResult.ByComm), expected.ByComm.SequenceEqual(actual.ByComm)),
            (nameof(CellResult.Reuse), IdleTimes(expected).SequenceEqual(IdleTimes(actual))),
        ];
        return Array.Find(lists, list => !list.IsSame).Name is { } name ? $"{name} differs" : null;
    }

    private static IEnumerable<(long LowNs, long HighNs, long Count)> IdleTimes(CellResult row) => row.Reuse?.Idle.Buckets() ?? [];

    private static IEnumerable<(string Name, object? Value)> Figures(CellResult row) =>
    [
        (nameof(row.Cell), row.Cell),
        (nameof(row.Policy), row.Policy),
        (nameof(row.AskedFor), row.AskedFor),
        (nameof(row.PolicyVersion), row.PolicyVersion),
        (nameof(row.EngineVersion), row.EngineVersion),
        (nameof(row.Unmet), row.Unmet),
        (nameof(row.Allocations), row.Allocations),
        (nameof(row.FailedForks), row.FailedForks),
        (nameof(row.CutAllocations), row.CutAllocations),
        (nameof(row.CutCaches), row.CutCaches),
        (nameof(row.Hits), row.Hits),
        (nameof(row.Misses), row.Misses),
        (nameof(row.Causes), row.Causes),
        (nameof(row.HitRate), row.HitRate),
        (nameof(row.HitsStartingFull), row.HitsStartingFull),
        (nameof(row.MeanCostStartingFullNs), row.MeanCostStartingFullNs),
        (nameof(row.Conditions), row.Conditions),
        (nameof(row.CachedAtRelease), row.CachedAtRelease),
        (nameof(row.CachedByCallback), row.CachedByCallback),
        (nameof(row.QueuedForRcu), row.QueuedForRcu),
        (nameof(row.Freed), row.Freed),
        (nameof(row.FreedOffline), row.FreedOffline),
        ("Latency.SumNs", row.Latency.SumNs),
        ("Latency.MeanNs", row.Latency.MeanNs),
        ("Latency.MinNs", row.Latency.MinNs),
        ("Latency.MaxNs", row.Latency.MaxNs),
        ("Latency.P50", row.Latency.QuantileNs(0.5)),
        ("Latency.P999", row.Latency.QuantileNs(0.999)),
        (nameof(row.DifferenceToPagesNs), row.DifferenceToPagesNs),
        (nameof(row.CpuSecondsPerMillionForks), row.CpuSecondsPerMillionForks),
        (nameof(row.WindowNs), row.WindowNs),
        (nameof(row.Memory), row.Memory),
        ("Reuse.SameProcess", row.Reuse?.SameProcess),
        ("Reuse.OtherProcess", row.Reuse?.OtherProcess),
        ("Reuse.UnknownProcess", row.Reuse?.UnknownProcess),
    ];
}
