using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares whole result rows, to the last bit.</summary>
internal static class Rows
{
    public static void RequireEqual(CellResult expected, CellResult actual)
    {
        Assert.Equal(Scalars(expected), Scalars(actual));
        Assert.Equal(expected.Memory, actual.Memory);
        Assert.Equal(expected.Latency.Buckets(), actual.Latency.Buckets());
        Assert.Equal(expected.ReleaseCost.Buckets(), actual.ReleaseCost.Buckets());
        Assert.Equal(expected.Series, actual.Series);
        Assert.Equal(expected.ByCpu, actual.ByCpu);
        Assert.Equal(expected.ByComm, actual.ByComm);
        Assert.Equal(expected.Reuse is null, actual.Reuse is null);
        Assert.Equal(expected.Reuse?.SameProcess, actual.Reuse?.SameProcess);
        Assert.Equal(expected.Reuse?.Idle.Buckets(), actual.Reuse?.Idle.Buckets());
    }

    private static object?[] Scalars(CellResult row) =>
    [
        row.Cell, row.Policy, row.AskedFor, row.Unmet, row.Allocations, row.FailedForks, row.Hits, row.Misses, row.Causes, row.HitRate,
        row.HitsStartingFull, row.WarmupNs, row.CachedAtRelease, row.CachedByCallback, row.QueuedForRcu, row.Freed, row.Latency.SumNs,
        row.Latency.MeanNs, row.Latency.MinNs, row.Latency.MaxNs, row.Latency.QuantileNs(0.5), row.Latency.QuantileNs(0.999),
        row.DifferenceToPagesNs, row.CpuSecondsPerMillionForks, row.WindowNs,
    ];
}
