using DuckDB.NET.Data;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Storage;

/// <summary>One row of the table results, in its columns' order (Schema/001_tables.sql, then 003_breakdowns.sql and 008_cut_caches.sql).</summary>
internal static class ResultRow
{
    private const int Figures = 27;
    private const int LaterFigures = 37;
    private const int CostsOfRelease = 6;

    /// <summary>Writes a result; a cell that the recording cannot answer for has no figures, and no zeros in their place.</summary>
    /// <param name="row">A new row of the table.</param>
    /// <param name="run">The run's number.</param>
    /// <param name="result">The result.</param>
    public static void Append(IDuckDBAppenderRow row, long run, CellResult result)
    {
        row.AppendValue(run).AppendValue(result.Cell).AppendValue(result.Grade.Level.ToString()).AppendValue(result.Grade.Lost)
            .AppendValue(result.Unmet);
        bool isAnswered = result.Unmet is null;
        if (isAnswered)
            AppendFigures(row, result);
        else
            AppendNulls(row, Figures);
        row.AppendValue(result.PolicyVersion).AppendValue(result.EngineVersion).AppendValue(result.WarmupNs).AppendValue(result.StartsFull)
            .AppendValue(result.RcuModel).AppendValue(result.Pins).AppendValue(result.Topology).AppendValue(result.VfreeDelayNs);
        if (isAnswered)
            AppendLaterFigures(row, result);
        else
            AppendNulls(row, LaterFigures);
        row.EndRow();
    }

    private static void AppendFigures(IDuckDBAppenderRow row, CellResult result)
    {
        row.AppendValue(result.Allocations).AppendValue(result.FailedForks).AppendValue(result.Hits).AppendValue(result.Misses)
            .AppendValue(result.HitRate).AppendValue(result.CachedAtRelease).AppendValue(result.CachedByCallback)
            .AppendValue(result.QueuedForRcu).AppendValue(result.Freed);
        LatencyHistogram costs = result.Latency;
        if (costs.Count == 0)
        {
            AppendNulls(row, 7);
        }
        else
        {
            row.AppendValue(costs.MeanNs).AppendValue(costs.MinNs);
            AppendPercentiles(row, costs);
        }

        row.AppendValue(result.DifferenceToPagesNs);
        AppendStock(row, result.Memory.Live);
        AppendStock(row, result.Memory.Cached);
        AppendStock(row, result.Memory.WaitingForRcu);
        row.AppendValue(result.WindowNs);
    }

    private static void AppendLaterFigures(IDuckDBAppenderRow row, CellResult result)
    {
        MissCauses misses = result.Causes;
        row.AppendValue(misses.Cold).AppendValue(misses.Placement).AppendValue(misses.Node)
            .AppendValue(misses.RcuDelay).AppendValue(misses.Capacity).AppendValue(result.HitsStartingFull)
            .AppendValue(result.Allocations == 0 ? null : (double?)result.HitsStartingFull / result.Allocations)
            .AppendValue(result.MeanCostStartingFullNs).AppendValue(result.FreedOffline);
        if (result.ReleaseCost.Count == 0)
            AppendNulls(row, CostsOfRelease);
        else
            AppendMeanAndPercentiles(row, result.ReleaseCost);
        row.AppendValue(result.CpuSecondsPerMillionForks);
        AppendStockOrNulls(row, result.Memory.Stranded);
        AppendStockOrNulls(row, result.Memory.WaitingForVfree);
        if (result.Memory.AddressSpace is { } space)
            row.AppendValue(space.FreedBytes).AppendValue(space.PurgeThresholdBytes).AppendValue(space.Purges);
        else
            AppendNulls(row, 3);
        AppendReuse(row, result.Reuse);
        row.AppendValue(result.ExpectedAgreementLow).AppendValue(result.ExpectedAgreementHigh).AppendValue(result.CutCaches);
    }

    private static void AppendReuse(IDuckDBAppenderRow row, StackReuse? reuse)
    {
        if (reuse is null)
        {
            AppendNulls(row, 9);
            return;
        }

        row.AppendValue(reuse.SameProcess).AppendValue(reuse.OtherProcess).AppendValue(reuse.UnknownProcess);
        if (reuse.Idle.Count == 0)
            AppendNulls(row, 6);
        else
            AppendMeanAndPercentiles(row, reuse.Idle);
    }

    private static void AppendMeanAndPercentiles(IDuckDBAppenderRow row, LatencyHistogram histogram) =>
        AppendPercentiles(row.AppendValue(histogram.MeanNs), histogram);

    private static void AppendPercentiles(IDuckDBAppenderRow row, LatencyHistogram histogram) => row
        .AppendValue(histogram.QuantileNs(0.5)).AppendValue(histogram.QuantileNs(0.9)).AppendValue(histogram.QuantileNs(0.99))
        .AppendValue(histogram.QuantileNs(0.999)).AppendValue(histogram.MaxNs);

    private static void AppendStockOrNulls(IDuckDBAppenderRow row, StockUse? stock)
    {
        if (stock is null)
            AppendNulls(row, 3);
        else
            AppendStock(row, stock);
    }

    private static void AppendStock(IDuckDBAppenderRow row, StockUse stock) =>
        row.AppendValue(stock.PeakBytes).AppendValue(stock.MeanBytes).AppendValue(stock.EndBytes);

    private static void AppendNulls(IDuckDBAppenderRow row, int count)
    {
        for (int index = 0; index < count; index++)
            row.AppendNullValue();
    }
}
