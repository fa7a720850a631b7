namespace ForkTrace.Analytics.Storage;

/// <summary>Opens and creates database files, and says in one line why it cannot.</summary>
internal static class DatabaseFile
{
    /// <summary>Opens an existing database.</summary>
    /// <exception cref="ResultsDatabaseException">There is none, it is in use, or it is no DuckDB database.</exception>
    public static DuckDBConnection Connect(string path, bool readOnly, DatabaseAccess access) => FileIdentity.Of(path) switch
    {
        null => throw new ResultsDatabaseException(ResultsFault.File, $"there is no file {path}"),
        { Kind: FileKind.Regular } => OpenConnection(path, path, readOnly, access),
        FileIdentity other => throw new ResultsDatabaseException(ResultsFault.File, $"{path} is {other.KindText}, not a results database"),
    };

    /// <summary>A database in memory.</summary>
    public static DuckDBConnection Memory(DatabaseAccess access)
    {
        DuckDBConnection connection = new(Options(":memory:").ConnectionString);

        // A report reads the Parquet files of a folder several times.
        Open(connection, ["SET parquet_metadata_cache = true", .. access.OpeningStatements()]);
        return connection;
    }

    /// <summary>
    /// Writes committed rows from the log into the file. The engine also does this when it closes the file, but then does not report a
    /// failure.
    /// </summary>
    /// <param name="connection">The connection that wrote.</param>
    /// <param name="path">The file's name in messages.</param>
    /// <param name="hint">What to do about a failure.</param>
    /// <exception cref="ResultsDatabaseException">The file cannot be written; what was committed is in the log.</exception>
    public static void Checkpoint(DuckDBConnection connection, string path, string hint = "")
    {
        try
        {
            connection.Execute("CHECKPOINT");
        }
        catch (DuckDBException fault)
        {
            throw new ResultsDatabaseException(ResultsFault.File, $"cannot write {path}: {OneLine.Of(fault.Message)}{hint}", fault);
        }
    }

    /// <summary>
    /// Creates a database under another name, lets <paramref name="fill"/> write into it, and then renames it. A process that
    /// dies before that leaves no partial database.
    /// </summary>
    /// <exception cref="ResultsDatabaseException">The folder is missing, or the engine cannot write there.</exception>
    /// <exception cref="OutputException">The file cannot be given its name.</exception>
    public static void Create(string path, Action<DuckDBConnection> fill)
    {
        string? folder = Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
            throw new ResultsDatabaseException(ResultsFault.File, $"cannot create {path}: there is no folder {folder}");
        OutputFile.Replace(path, draft => Fill(draft, path, fill), overwrite: false);
    }

    private static void Fill(string draft, string path, Action<DuckDBConnection> fill)
    {
        try
        {
            using DuckDBConnection connection = OpenConnection(draft, path, readOnly: false, DatabaseAccess.None);
            fill(connection);
            Checkpoint(connection, path);
        }
        catch (ResultsDatabaseException fault) when (fault.Message.Contains(draft, StringComparison.Ordinal))
        {
            throw new ResultsDatabaseException(fault.Fault, fault.Message.Replace(draft, path, StringComparison.Ordinal), fault);
        }
        finally
        {
            File.Delete(draft + ".wal");
        }
    }

    // shownPath: the path that the user gave, if another file is opened for it.
    private static DuckDBConnection OpenConnection(string path, string shownPath, bool readOnly, DatabaseAccess access)
    {
        DuckDBConnectionStringBuilder options = Options(path);
        options["access_mode"] = readOnly ? "READ_ONLY" : "READ_WRITE";
        DuckDBConnection connection = new(options.ConnectionString);
        try
        {
            Open(connection, access.OpeningStatements());
            return connection;
        }
        catch (DuckDBException fault)
        {
            connection.Dispose();
            throw Explain(fault, OneLine.Of(fault.Message).Replace(path, shownPath, StringComparison.Ordinal), shownPath);
        }
    }

    private static void Open(DuckDBConnection connection, IEnumerable<string> statements)
    {
        connection.Open();

        // Another connection of this process to the same file may have closed the engine before.
        if (connection.Scalar("SELECT current_setting('lock_configuration')") is true)
            return;
        foreach (string statement in statements)
            connection.Execute(statement);
    }

    // What does not fit in memory goes to the folder for temporary files. The engine's own choice for a database in memory is the working
    // folder. It makes and removes the folder; databases must not share one.
    private static DuckDBConnectionStringBuilder Options(string path) => new()
    {
        DataSource = path,
        ["temp_directory"] = TemporaryPath.InTemporaryFolder().Path,

        // A function that the engine lacks is an error, not a download.
        ["autoinstall_known_extensions"] = "false",
        ["autoload_known_extensions"] = "false",

        // The smallest. Each column of each table takes a block, and most tables have few rows: the engine's 256 KiB make a new file three
        // times as large.
        ["default_block_size"] = "16384",
    };

    private static ResultsDatabaseException Explain(DuckDBException fault, string message, string path)
    {
        if (message.Contains("Could not set lock", StringComparison.Ordinal))
        {
            int process = message.IndexOf("(PID ", StringComparison.Ordinal);
            string who = process < 0 ? "" : " " + message[process..(message.IndexOf(')', process) + 1)];
            return new(ResultsFault.File, $"{path} is in use by another process{who}: wait until it ends, or give another file", fault);
        }

        if (message.Contains("not a valid DuckDB database file", StringComparison.Ordinal))
            return new(ResultsFault.Content, $"{path} is not a DuckDB database", fault);
        bool isNewerStorage = message.Contains("version number", StringComparison.Ordinal);
        return new(isNewerStorage ? ResultsFault.Content : ResultsFault.File, $"cannot open {path}: {message}", fault);
    }
}
