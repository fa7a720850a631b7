using ForkTrace.Analytics.Traces;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics;

/// <summary>
/// A DuckDB file of results; docs/results-schema.md describes its tables. Only one thread may use it at a time. Over all processes, the file may
/// be open once to write, or any number of times to read.
/// </summary>
public sealed class ResultsDatabase : IDisposable
{
    private readonly FileUse? _use;
    private readonly DuckDBConnection _connection;
    private readonly UpgradedCopy? _copy;
    private QueryResult? _openResult;

    private ResultsDatabase(string path, FileUse? use, DuckDBConnection connection, UpgradedCopy? copy = null)
    {
        FilePath = path;
        _use = use;
        _connection = connection;
        _copy = copy;
    }

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; }

    /// <summary>True if this reads a folder of Parquet files. Tables and most views then have the columns host and recording.</summary>
    public bool IsFolder { get; private init; }

    /// <summary>The version of the schema that this ForkTrace writes.</summary>
    public static int SchemaVersion => SchemaScripts.Latest;

    /// <summary>Opens a file to write to it. Creates it if it does not exist, and upgrades an older schema.</summary>
    /// <exception cref="ResultsDatabaseException">
    /// The folder is missing or cannot be written, another process has the file, or it is not a results database of this version or older.
    /// </exception>
    public static ResultsDatabase Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string fullPath = Path.GetFullPath(path);
        if (!Path.Exists(fullPath))
            DatabaseFile.Create(fullPath, connection => SchemaScripts.Apply(connection, fullPath));
        FileUse use = FileUse.Begin(fullPath, readOnly: false);
        DuckDBConnection? connection = null;
        try
        {
            connection = DatabaseFile.Connect(fullPath, readOnly: false, DatabaseAccess.None);
            SchemaScripts.Apply(connection, fullPath);
            return new ResultsDatabase(fullPath, use, connection);
        }
        catch
        {
            connection?.Dispose();
            use.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens an existing file to read it. The file is not changed: if its schema is older, it is copied and the copy is upgraded. SQL can
    /// reach nothing outside the file.
    /// </summary>
    /// <exception cref="ResultsDatabaseException">
    /// There is no such file, another process writes into it, or it is not a results database of this version or older.
    /// </exception>
    public static ResultsDatabase OpenReadOnly(string path) => OpenReadOnly(path, DatabaseAccess.None);

    /// <summary>The same, but SQL, also that of the file's own views, can reach what <paramref name="access"/> names.</summary>
    /// <exception cref="ResultsDatabaseException">As of the other.</exception>
    public static ResultsDatabase OpenReadOnly(string path, DatabaseAccess access)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(access);
        string fullPath = Path.GetFullPath(path);
        FileUse use = FileUse.Begin(fullPath, readOnly: true);
        UpgradedCopy? copy = null;
        DuckDBConnection? connection = null;
        try
        {
            connection = DatabaseFile.Connect(fullPath, readOnly: true, access);
            if (VersionOf(connection, fullPath) < SchemaScripts.Latest)
            {
                copy = UpgradedCopy.Of(fullPath);
                connection.Dispose();
                connection = DatabaseFile.Connect(copy.Path, readOnly: false, access);
                SchemaScripts.Apply(connection, fullPath);
            }

            return new ResultsDatabase(fullPath, use, connection, copy);
        }
        catch
        {
            connection?.Dispose();
            copy?.Dispose();
            use.Dispose();
            throw;
        }
    }

    /// <summary>Throws if a file is not a results database. For use before the file is replaced by one. The file is not changed.</summary>
    /// <exception cref="ResultsDatabaseException">As for <see cref="OpenReadOnly(string)"/>.</exception>
    public static void RequireResults(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string fullPath = Path.GetFullPath(path);
        using FileUse use = FileUse.Begin(fullPath, readOnly: true);
        using DuckDBConnection connection = DatabaseFile.Connect(fullPath, readOnly: true, DatabaseAccess.None);
        VersionOf(connection, fullPath);
    }

    /// <summary>A database in memory without results, to query a recording.</summary>
    /// <param name="access">What SQL can reach outside the database.</param>
    public static ResultsDatabase InMemory(DatabaseAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        return new ResultsDatabase(":memory:", use: null, DatabaseFile.Memory(access));
    }

    /// <summary>Opens a folder of results in Parquet to read it, as views in a database in memory. SQL reaches the folder and nothing else.</summary>
    /// <exception cref="ResultsDatabaseException">It is no folder of results, has another version, or its path has *, ? or [.</exception>
    public static ResultsDatabase OpenFolder(string path) => OpenFolder(path, DatabaseAccess.None);

    /// <summary>The same, but SQL can also reach what <paramref name="access"/> names.</summary>
    /// <exception cref="ResultsDatabaseException">As of the other.</exception>
    public static ResultsDatabase OpenFolder(string path, DatabaseAccess access)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(access);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FolderViews.RequireThisVersion(folder);
        if (folder.AsSpan().ContainsAny('*', '?', '['))
            throw new ResultsDatabaseException(ResultsFault.File, $"{folder}: DuckDB reads *, ? and [ in a folder's path as patterns: rename it");
        if (!FolderViews.HasFiles(folder))
            throw new ResultsDatabaseException(ResultsFault.Content, $"{folder} holds no results yet");
        DuckDBConnection connection = DatabaseFile.Memory(access.IsUnlimited ? access : access with { Paths = [.. access.Paths, folder] });
        try
        {
            SchemaScripts.ApplyTables(connection, folder);
            FolderViews.Create(connection, folder);
            return new ResultsDatabase(folder, use: null, connection) { IsFolder = true };
        }
        catch (DuckDBException fault)
        {
            connection.Dispose();
            throw new ResultsDatabaseException(ResultsFault.Content, $"cannot read the results in {folder}: {OneLine.Of(fault.Message)}", fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Adds a recording as the tables <c>events</c>, <c>operations</c> and <c>lifecycles</c>. A query reads rows from the recording as it needs
    /// them, so the recording must stay open as long as the database.
    /// </summary>
    /// <param name="events">The recording.</param>
    /// <param name="seed">Seed of the grace-period model, which is used where the recording shows none.</param>
    public void ShowTrace(EventTable events, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(events);
        CloseOpenResult();
        TraceTables.Add(_connection, events, seed);
    }

    /// <summary>
    /// Adds a run with all its results in one transaction: after a failure, or if the process is killed, the file holds no part of it. A cell
    /// that is given twice is kept once.
    /// </summary>
    /// <param name="run">What is known of the run itself.</param>
    /// <param name="facts">The recording, with its digest.</param>
    /// <param name="results">Results of this recording only.</param>
    /// <returns>The run's number.</returns>
    /// <exception cref="ArgumentException">The recording has no digest, or a result is of another recording.</exception>
    /// <exception cref="ResultsDatabaseException">The file cannot be written.</exception>
    public long AddRun(RunDescription run, TraceFacts facts, IReadOnlyList<CellResult> results) =>
        AddRun(run, new RunFindings(facts, [.. results], [], Profile: null));

    /// <summary>The same, with the curves and the profile of the recording.</summary>
    /// <param name="run">What is known of the run itself.</param>
    /// <param name="findings">The results of the run.</param>
    /// <param name="progress">Gets the progress of writing; may be null.</param>
    /// <exception cref="ArgumentException">The recording has no digest, or a result is of another recording.</exception>
    /// <exception cref="ResultsDatabaseException">The file cannot be written.</exception>
    public long AddRun(RunDescription run, RunFindings findings, WorkProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(findings);
        long id = 0;
        InTransaction("a run", () => id = findings.Write(_connection, run, progress));
        return id;
    }

    /// <summary>Adds validations of one recording, in one transaction.</summary>
    /// <param name="run">The run that validated.</param>
    /// <param name="facts">The recording, with its digest.</param>
    /// <param name="results">The results. Each has, as text, the conditions that are not the defaults.</param>
    /// <exception cref="ArgumentException">The recording has no digest.</exception>
    /// <exception cref="ResultsDatabaseException">The file cannot be written.</exception>
    public void AddValidations(RunDescription run, TraceFacts facts, IReadOnlyList<(ValidationResult Result, string Conditions)> results)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(results);
        InTransaction("the validations", () => new ValidationWriter(_connection).Write(run, facts, results));
    }

    /// <summary>Adds an interval of a recording that has not ended, one row per policy, in one transaction.</summary>
    /// <param name="watch">Number of the watch; 0 for a new one.</param>
    /// <param name="startedAt">When the watch began.</param>
    /// <param name="interval">What the policies did.</param>
    /// <returns>The watch's number.</returns>
    /// <exception cref="ResultsDatabaseException">The file cannot be written.</exception>
    public long AddWatchInterval(long watch, DateTimeOffset startedAt, ReplayInterval interval)
    {
        ArgumentNullException.ThrowIfNull(interval);
        InTransaction("an interval", () => watch = new WatchWriter(_connection).Write(watch, startedAt, interval));
        return watch;
    }

    /// <summary>The statements of a text in order, without semicolons. Parts with only space and comments are left out.</summary>
    public static IReadOnlyList<string> Statements(string sql) => SqlStatements.Split(sql);

    /// <summary>Whether a text ends with a complete statement: with a semicolon outside quotes and comments.</summary>
    public static bool EndsStatement(string sql) => SqlStatements.EndsComplete(sql);

    /// <summary>
    /// Runs SQL. If there are several statements, all are run, and the result is that of the last one. Rows are computed as they are read. The
    /// result is valid until it is disposed, or until the next call on this database.
    /// </summary>
    /// <exception cref="ResultsDatabaseException">The engine refuses a statement: its message, on one line.</exception>
    public QueryResult Query(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        CloseOpenResult();
        List<string> statements = SqlStatements.Split(sql);
        if (statements.Count == 0)
            throw new ResultsDatabaseException(ResultsFault.Statement, "the query holds no SQL statement");
        try
        {
            foreach (string statement in statements.SkipLast(1))
                _connection.Execute(statement);
            _openResult = QueryResult.Start(_connection, statements[^1]);
            return _openResult;
        }
        catch (Exception fault) when (QueryResult.IsEngineFault(fault))
        {
            throw QueryResult.Refusal(fault);
        }
    }

    /// <summary>
    /// Writes the rows of a statement to a Parquet file (zstd), completely or not at all. The meaning of its columns is in the metadata of the
    /// file, under <see cref="EventField.MetadataKey"/>.
    /// </summary>
    /// <param name="sql">Statements. The rows of the last one are written.</param>
    /// <param name="file">The file. The access of this database must include its draft.</param>
    /// <exception cref="ResultsDatabaseException">The engine refuses the statement, or the file cannot be written.</exception>
    public void WriteParquet(string sql, OutputFile file)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(file);
        CloseOpenResult();
        List<string> statements = SqlStatements.Split(sql);
        if (statements.Count == 0)
            throw new ResultsDatabaseException(ResultsFault.Statement, "the query holds no SQL statement");
        file.Replace(draft => WriteParquet(statements, file.Path, draft));
    }

    private void WriteParquet(List<string> statements, string path, string draft)
    {
        try
        {
            foreach (string statement in statements.SkipLast(1))
                _connection.Execute(statement);
            string name = draft.Replace("'", "''", StringComparison.Ordinal);
            string metadata = $"'{OutputForm.RowsKey}': '1'{ColumnMeanings.OfRows(_connection, statements[^1])}";
            _connection.Execute($"COPY (\n{statements[^1]}\n) TO '{name}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{ {metadata} }})");
        }
        catch (Exception fault) when (QueryResult.IsEngineFault(fault))
        {
            string message = OneLine.Of(fault.Message);
            throw message.Contains(draft, StringComparison.Ordinal)
                ? new ResultsDatabaseException(
                    ResultsFault.File, $"cannot write {path}: {message.Replace(draft, path, StringComparison.Ordinal)}", fault)
                : new ResultsDatabaseException(ResultsFault.Statement, message, fault);
        }
    }

    /// <summary>The tables and views with the meaning of their columns: views first, each group in order of name.</summary>
    public ImmutableArray<SchemaRelation> ReadSchema()
    {
        CloseOpenResult();
        return SchemaReader.Read(_connection);
    }

    /// <summary>The columns of a view that every results database has.</summary>
    /// <exception cref="ResultsDatabaseException">Someone has dropped it.</exception>
    internal ImmutableArray<SchemaColumn> ColumnsOf(string view) =>
        ReadSchema().FirstOrDefault(relation => relation.Name == view)?.Columns
        ?? throw new ResultsDatabaseException(ResultsFault.Content, $"{FilePath} has no view {view}, which every results database has");

    /// <summary>Closes the file. All committed data is then in the file itself, without a log file beside it.</summary>
    public void Dispose()
    {
        CloseOpenResult();
        _connection.Dispose();
        _copy?.Dispose();
        _use?.Dispose();
    }

    private static int VersionOf(DuckDBConnection connection, string path) => SchemaScripts.VersionOf(connection, path) is > 0 and int version
        ? version
        : throw new ResultsDatabaseException(ResultsFault.Content, $"{path} is a DuckDB database without tables");

    private void InTransaction(string what, Action write)
    {
        CloseOpenResult();
        try
        {
            using DuckDBTransaction transaction = _connection.BeginTransaction();
            write();
            transaction.Commit();
        }
        catch (DuckDBException fault)
        {
            throw new ResultsDatabaseException(
                ResultsFault.File, $"cannot add {what} to {FilePath}: {OneLine.Of(fault.Message)}", fault);
        }

        DatabaseFile.Checkpoint(_connection, FilePath, $"; {what} is in {FilePath}.wal, which must stay beside it");
    }

    private void CloseOpenResult()
    {
        _openResult?.Dispose();
        _openResult = null;
    }
}
