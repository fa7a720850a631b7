namespace ForkTrace.Analytics.Storage;

/// <summary>Writes one run, inside the caller's transaction.</summary>
internal sealed class RunWriter(DuckDBConnection connection, WorkProgress? progress)
{
    // The cells and what hangs on them.
    private const int TablesOfCells = 10;

    private WorkProgress.Step? _step;

    /// <summary>Writes the run and its results, and returns the run's number.</summary>
    public long Write(RunDescription run, TraceFacts facts, IReadOnlyList<CellResult> results)
    {
        List<CellResult> cells = DistinctCells(facts, results);
        _step = progress?.Begin("writing results", "", (long)TablesOfCells * cells.Count);
        long id = run.Number ?? Convert.ToInt64(connection.Scalar("SELECT coalesce(max(id), 0) + 1 FROM runs"), CultureInfo.InvariantCulture);
        const string Insert = """
            INSERT INTO runs (id, trace_digest, version, command, started_at, ended_at, cells, label, git_commit)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
        connection.Execute(
            Insert,
            id, facts.Digest, run.Version, run.Command, run.StartedAt.UtcDateTime, run.EndedAt.UtcDateTime, cells.Count,
            run.Label, run.Commit);
        new TraceWriter(connection).Write(id, facts);
        WriteCells(cells);
        ResultRow result = ResultRow.Of(ColumnsOf("results"));
        WriteRows("results", cells, (appender, cell) => result.Append(appender.CreateRow(), id, cell));
        WriteRows("evidence", cells, (appender, cell) => BreakdownWriter.AppendEvidence(appender, id, cell));
        WriteRows("latency_buckets", cells, (appender, cell) => BreakdownWriter.AppendBuckets(appender, id, cell, cell.Latency));
        WriteRows("release_cost_buckets", cells, (appender, cell) => BreakdownWriter.AppendBuckets(appender, id, cell, cell.ReleaseCost));
        WriteRows("reuse_buckets", cells, (appender, cell) =>
        {
            if (cell.Reuse is { } reuse)
                BreakdownWriter.AppendBuckets(appender, id, cell, reuse.Idle);
        });
        WriteRows("cpu_counts", cells, (appender, cell) => BreakdownWriter.AppendCpus(appender, id, cell));
        WriteRows("comm_counts", cells, (appender, cell) => BreakdownWriter.AppendComms(appender, id, cell));
        WriteRows("cgroup_counts", cells, (appender, cell) => BreakdownWriter.AppendCgroups(appender, id, cell));
        WriteRows("series", cells, (appender, cell) => BreakdownWriter.AppendSeries(appender, id, cell));
        new CostWriter(connection, id).Write([.. cells.Select(cell => cell.Conditions.Costs).Distinct()]);
        return id;
    }

    private static List<CellResult> DistinctCells(TraceFacts facts, IReadOnlyList<CellResult> results)
    {
        List<CellResult> cells = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (CellResult result in results)
        {
            if (result.TraceDigest != facts.Digest)
                throw new ArgumentException($"Cell {result.Cell} is not of recording {facts.Digest}.", nameof(results));
            if (seen.Add(result.Cell))
                cells.Add(result);
        }

        return cells;
    }

    // By way of a temporary table: an INSERT for each cell takes milliseconds, and a sweep has thousands of cells.
    private void WriteCells(List<CellResult> cells)
    {
        const string Stage = """
            CREATE OR REPLACE TEMP TABLE new_cells (
                cell VARCHAR, trace_digest VARCHAR, policy VARCHAR, parameters VARCHAR, names VARCHAR[], numbers BIGINT[],
                cost_model VARCHAR, seed UBIGINT)
            """;
        const string Insert = """
            INSERT INTO cells (cell, trace_digest, policy, parameters, parameter_values, cost_model, seed)
            SELECT cell, trace_digest, policy, parameters, map(names, numbers), cost_model, seed
            FROM new_cells
            WHERE cell NOT IN (SELECT cell FROM cells)
            ORDER BY cell
            """;
        connection.Execute(Stage);
        WriteRows("new_cells", cells, AppendCell);
        connection.Execute(Insert);
        connection.Execute("DROP TABLE new_cells");
    }

    private static void AppendCell(DuckDBAppender appender, CellResult cell)
    {
        string parameters =
            string.Join(',', cell.Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));
        appender.CreateRow()
            .AppendValue(cell.Cell).AppendValue(cell.TraceDigest).AppendValue(cell.Policy).AppendValue(parameters)
            .AppendValue(cell.Parameters.Keys.ToList()).AppendValue(cell.Parameters.Values.ToList())
            .AppendValue(cell.Conditions.Costs.Name).AppendValue(cell.Conditions.Seed).EndRow();
    }

    private List<string> ColumnsOf(string table)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = """
            SELECT column_name
            FROM duckdb_columns()
            WHERE database_name = current_database() AND table_name = $1
            ORDER BY column_index
            """;
        command.Parameters.Add(new DuckDBParameter { Value = table });
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> columns = [];
        while (reader.Read())
            columns.Add(reader.GetString(0));
        return columns;
    }

    private void WriteRows(string table, List<CellResult> cells, Action<DuckDBAppender, CellResult> append)
    {
        using DuckDBAppender appender = connection.CreateAppender(table);
        foreach (CellResult cell in cells)
        {
            append(appender, cell);
            _step?.Add(1);
        }

        appender.Close();
    }
}
