using ForkTrace.Analytics.Storage;

namespace ForkTrace.Analytics.Fleet;

/// <summary>The tables of results in memory, through which the rows of a run go into Parquet files. One serves any number of runs.</summary>
internal sealed class ParquetDraft : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly ImmutableArray<SchemaRelation> _tables;

    /// <summary>Makes the tables.</summary>
    /// <param name="folder">The folder that contains all files.</param>
    public ParquetDraft(string folder)
    {
        _connection = DatabaseFile.Memory(new DatabaseAccess { Paths = [folder] });
        try
        {
            SchemaScripts.ApplyTables(_connection, ":memory:");
            _tables = FolderViews.Written(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes a run as a Parquet file (zstd) for each table that a replay fills; files and bytes depend on the run alone.</summary>
    /// <param name="run">The run, with its number.</param>
    /// <param name="findings">What it found.</param>
    /// <param name="folder">Where the files go.</param>
    public void Write(RunDescription run, RunFindings findings, string folder)
    {
        // Nothing is committed: the next run finds the tables empty.
        using DuckDBTransaction transaction = _connection.BeginTransaction();
        findings.Write(_connection, run, progress: null);
        foreach (SchemaRelation table in _tables)
        {
            // The time of a run is not part of its results.
            string rows = table.Name == "runs" ? "* REPLACE (NULL::TIMESTAMP AS started_at, NULL::TIMESTAMP AS ended_at)" : "*";
            string path = Path.Combine(folder, $"{table.Name}.parquet").Replace("'", "''", StringComparison.Ordinal);
            _connection.Execute($"COPY (SELECT {rows} FROM {table.Name}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)");
        }
    }

    public void Dispose() => _connection.Dispose();
}
