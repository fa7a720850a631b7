using System.Globalization;
using DuckDB.NET.Data;
using ForkTrace.Events;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Storage;

/// <summary>Writes one run, inside the caller's transaction.</summary>
internal sealed class RunWriter(DuckDBConnection connection)
{
    /// <summary>Writes everything and returns the run's number.</summary>
    public long Write(RunDescription run, TraceFacts facts, IReadOnlyList<CellResult> results)
    {
        List<CellResult> cells = DistinctCells(facts, results);
        long id = Convert.ToInt64(connection.Scalar("SELECT coalesce(max(id), 0) + 1 FROM runs"), CultureInfo.InvariantCulture);
        connection.Execute(
            "INSERT INTO runs (id, trace_sha256, version, command, started_at, ended_at, cells) VALUES (?, ?, ?, ?, ?, ?, ?)",
            id, facts.Sha256, run.Version, run.Command, run.StartedAt.UtcDateTime, run.EndedAt.UtcDateTime, cells.Count);
        new TraceWriter(connection).Write(id, facts);
        foreach (CellResult cell in cells)
            WriteCell(cell);
        WriteRows("results", cells, (appender, cell) => ResultRow.Append(appender.CreateRow(), id, cell));
        WriteRows("evidence", cells, (appender, cell) => AppendEvidence(appender, id, cell));
        WriteRows("latency_buckets", cells, (appender, cell) => AppendLatency(appender, id, cell));
        WriteRows("series", cells, (appender, cell) => AppendSeries(appender, id, cell));
        return id;
    }

    private static List<CellResult> DistinctCells(TraceFacts facts, IReadOnlyList<CellResult> results)
    {
        List<CellResult> cells = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (CellResult result in results)
        {
            if (result.TraceSha256 != facts.Sha256)
                throw new ArgumentException($"Cell {result.Cell} is not of recording {facts.Sha256}.", nameof(results));
            if (seen.Add(result.Cell))
                cells.Add(result);
        }

        return cells;
    }

    private void WriteCell(CellResult cell)
    {
        const string Insert = """
            INSERT INTO cells (cell, trace_sha256, policy, parameters, parameter_values, cost_model, seed)
            VALUES (?, ?, ?, ?, map(CAST(? AS VARCHAR[]), CAST(? AS BIGINT[])), ?, ?)
            ON CONFLICT DO NOTHING
            """;
        string parameters =
            string.Join(',', cell.Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));
        List<string> names = [.. cell.Parameters.Keys];
        List<long> values = [.. cell.Parameters.Values];
        connection.Execute(Insert, cell.Cell, cell.TraceSha256, cell.Policy, parameters, names, values, cell.CostModel, cell.Seed);
    }

    private void WriteRows(string table, List<CellResult> cells, Action<DuckDBAppender, CellResult> append)
    {
        using DuckDBAppender appender = connection.CreateAppender(table);
        foreach (CellResult cell in cells)
            append(appender, cell);
        appender.Close();
    }

    private static void AppendEvidence(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (OperationEvidence use in cell.Grade.Uses)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(use.Name)
                .AppendValue(use.Observed).AppendValue(use.Inferred).AppendValue(use.Modelled).EndRow();
        }
    }

    private static void AppendLatency(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach ((long lowNs, long highNs, long count) in cell.Latency.Buckets())
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(lowNs).AppendValue(highNs).AppendValue(count).EndRow();
        }
    }

    private static void AppendSeries(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (SeriesPoint point in cell.Series)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(point.StartNs).AppendValue(point.Allocations).AppendValue(point.Hits)
                .AppendValue(point.LiveStacks).AppendValue(point.CachedStacks).AppendValue(point.WaitingStacks).EndRow();
        }
    }
}
