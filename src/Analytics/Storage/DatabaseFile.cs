namespace ForkTrace.Analytics.Storage;

/// <summary>Opens and creates database files, and says in one line why it cannot.</summary>
internal static class DatabaseFile
{
    /// <summary>Opens an existing database.</summary>
    /// <exception cref="ResultsDatabaseException">There is none, it is in use, or it is no DuckDB database.</exception>
    public static DuckDBConnection Connect(string path, bool readOnly)
    {
        if (Directory.Exists(path))
            throw new ResultsDatabaseException(ResultsFault.File, $"{path} is a folder, not a results database");
        if (!File.Exists(path))
            throw new ResultsDatabaseException(ResultsFault.File, $"there is no file {path}");
        return OpenConnection(path, path, readOnly);
    }

    /// <summary>
    /// Creates a database under another name, lets <paramref name="fill"/> write into it, and only then gives it its name: whoever
    /// dies on the way leaves no half database there.
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
            using DuckDBConnection connection = OpenConnection(draft, path, readOnly: false);
            fill(connection);
        }
        finally
        {
            File.Delete(draft + ".wal");
        }
    }

    // shownPath: what the user asked for, where it is not the file that is opened.
    private static DuckDBConnection OpenConnection(string path, string shownPath, bool readOnly)
    {
        DuckDBConnectionStringBuilder options = new() { DataSource = path };

        // A function that the engine lacks is an error, not a download.
        options["autoinstall_known_extensions"] = "false";
        options["autoload_known_extensions"] = "false";
        options["access_mode"] = readOnly ? "READ_ONLY" : "READ_WRITE";
        DuckDBConnection connection = new(options.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (DuckDBException fault)
        {
            connection.Dispose();
            throw Explain(fault, OneLine.Of(fault.Message).Replace(path, shownPath, StringComparison.Ordinal), shownPath);
        }
    }

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
