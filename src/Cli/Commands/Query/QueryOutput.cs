namespace ForkTrace.Cli.Commands;

/// <summary>Where the rows of queries go, and as what.</summary>
internal sealed class QueryOutput
{
    private static readonly string[] s_suffixes = ["csv", "json", "parquet"];

    private readonly Terminal _terminal;
    private readonly string _format;
    private readonly string? _path;

    private QueryOutput(Terminal terminal, string format, string? path)
    {
        _terminal = terminal;
        _format = format;
        _path = path;
    }

    /// <summary>Checked before the work begins.</summary>
    /// <param name="terminal">Standard output.</param>
    /// <param name="format">What was asked for; null for nothing.</param>
    /// <param name="path">The file; null for standard output.</param>
    /// <param name="trace">The recording that is read; null for none.</param>
    public static QueryOutput Of(Terminal terminal, string? format, string? path, string? trace)
    {
        if (path is null)
        {
            return format == "parquet"
                ? throw new UsageException("--format parquet needs a file: -o rows.parquet")
                : new QueryOutput(terminal, format ?? "table", path: null);
        }

        OutputFile.RequireWritable(path);
        if (ResultsFile.IsDatabase(path))
            throw new OutputException($"refusing to overwrite {path}: it is a database");
        if (trace is not null && OutputFile.IsSameFile(trace, path))
            throw new OutputException($"refusing to overwrite {path}: it is the recording itself");
        string suffix = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        string chosen = format ?? (s_suffixes.Contains(suffix)
            ? suffix
            : throw new UsageException($"the name {path} does not say what to write: end it in .csv, .json or .parquet, or give --format"));
        if (chosen is "table" or "line")
            throw new UsageException($"--format {chosen} is for reading here: -o takes csv, json or parquet");
        return new QueryOutput(terminal, chosen, path);
    }

    /// <summary>Runs statements and writes the rows of the last.</summary>
    public void Write(ResultsDatabase database, string statements)
    {
        if (_path is not null && _format == "parquet")
        {
            database.WriteParquet(statements, _path);
            return;
        }

        using QueryResult rows = database.Query(statements);
        if (_path is null)
            QueryText.Write(_terminal, rows, _format);
        else
            OutputFile.WriteText(_path, file => WriteRows(rows, file));
        _terminal.Flush();
    }

    private void WriteRows(QueryResult rows, TextWriter file)
    {
        if (_format == "csv")
            ResultCsv.Write(rows, file);
        else
            ResultJson.Write(rows, file);
    }
}
