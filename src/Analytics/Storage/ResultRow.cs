using DuckDB.NET.Data;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Storage;

/// <summary>One row of the table results, in its columns' order (Schema/001_tables.sql).</summary>
internal static class ResultRow
{
    private const int Figures = 27;

    /// <summary>Writes a result; a cell that the recording cannot answer for has no figures, and no zeros in their place.</summary>
    public static void Append(IDuckDBAppenderRow row, long run, CellResult result)
    {
        row.AppendValue(run).AppendValue(result.Cell).AppendValue(result.Grade.Level.ToString()).AppendValue(result.Grade.Lost)
            .AppendValue(result.Unmet);
        if (result.Unmet is null)
            AppendFigures(row, result);
        else
            AppendNulls(row, Figures);
        row.EndRow();
    }

    private static void AppendFigures(IDuckDBAppenderRow row, CellResult result)
    {
        row.AppendValue(result.Allocations).AppendValue(result.FailedForks).AppendValue(result.Hits).AppendValue(result.Misses)
            .AppendValue(result.HitRate).AppendValue(result.CachedAtRelease).AppendValue(result.CachedByCallback)
            .AppendValue(result.QueuedForRcu).AppendValue(result.Freed);
        AppendCosts(row, result.Latency);
        row.AppendValue(result.DifferenceToPagesNs);
        AppendStock(row, result.Memory.Live);
        AppendStock(row, result.Memory.Cached);
        AppendStock(row, result.Memory.WaitingForRcu);
        row.AppendValue(result.WindowNs);
    }

    private static void AppendCosts(IDuckDBAppenderRow row, LatencyHistogram costs)
    {
        if (costs.Count == 0)
        {
            AppendNulls(row, 7);
            return;
        }

        row.AppendValue(costs.MeanNs).AppendValue(costs.MinNs).AppendValue(costs.QuantileNs(0.5)).AppendValue(costs.QuantileNs(0.9))
            .AppendValue(costs.QuantileNs(0.99)).AppendValue(costs.QuantileNs(0.999)).AppendValue(costs.MaxNs);
    }

    private static void AppendStock(IDuckDBAppenderRow row, StockUse stock) =>
        row.AppendValue(stock.PeakBytes).AppendValue(stock.MeanBytes).AppendValue(stock.EndBytes);

    private static void AppendNulls(IDuckDBAppenderRow row, int count)
    {
        for (int index = 0; index < count; index++)
            row.AppendNullValue();
    }
}
