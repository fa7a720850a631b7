using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Commands;

/// <summary>Where the rows of queries go, and in which format.</summary>
internal sealed class QueryOutput
{
    private static readonly string[] s_suffixes = ["csv", "json", "parquet"];

    private readonly Terminal _terminal;
    private readonly string _format;
    private readonly OutputFile? _file;
    private bool _isWritten;

    private QueryOutput(Terminal terminal, string format, OutputFile? file)
    {
        _terminal = terminal;
        _format = format;
        _file = file;
    }

    /// <summary>The format that the engine itself writes.</summary>
    public IEnumerable<string> EnginePaths => _file is not null && _format == "parquet" ? [_file.Draft] : [];

    /// <summary>Checks the output before the work begins.</summary>
    /// <param name="terminal">Standard output.</param>
    /// <param name="outputs">The outputs of the run.</param>
    /// <param name="format">The format that the user gave; null for none.</param>
    /// <param name="path">The file; null for standard output.</param>
    public static QueryOutput Of(Terminal terminal, OutputSet outputs, string? format, string? path)
    {
        if (path is null)
        {
            return format == "parquet"
                ? throw new UsageException("--format parquet needs a file: -o rows.parquet")
                : new QueryOutput(terminal, format ?? "table", file: null);
        }

        OutputFile file = outputs.Add(path);
        string suffix = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        string chosen = format ?? (s_suffixes.Contains(suffix)
            ? suffix
            : throw new UsageException($"the name {path} does not say what to write: end it in .csv, .json or .parquet, or give --format"));
        if (chosen is "table" or "line")
            throw new UsageException($"--format {chosen} is for reading here: -o takes csv, json or parquet");
        if (chosen == "parquet")
            file.Require(OutputForm.RowsParquet);
        return new QueryOutput(terminal, chosen, file);
    }

    /// <summary>Runs statements and writes the rows of the last.</summary>
    public void Write(ResultsDatabase database, string statements)
    {
        try
        {
            if (_file is not null && _format == "parquet")
                database.WriteParquet(statements, _file);
            else
                WriteText(database, statements);
        }
        catch (ResultsDatabaseException fault) when (fault.Message.Contains("disabled by configuration", StringComparison.Ordinal))
        {
            const string Hint = "--allow PATH lets statements, and the views of the database, use a file or folder";
            throw new ResultsDatabaseException(fault.Fault, $"{fault.Message} ({Hint})", fault);
        }
    }

    private void WriteText(ResultsDatabase database, string statements)
    {
        using QueryResult rows = database.Query(statements);
        if (_file is null)
        {
            QueryText.Write(_terminal, rows, _format);
        }
        else
        {
            // With several statements, each replaces the rows of the one before.
            if (!_isWritten)
                _file.Require(FormOf(rows));
            OutputFile.WriteText(_file.Path, text => WriteRows(rows, text));
            _isWritten = true;
        }

        _terminal.Flush();
    }

    // A file with other columns belongs to another query: do not replace it.
    private OutputForm FormOf(QueryResult rows) => _format == "csv"
        ? new OutputForm("a CSV file with the columns of this query", Encoding.UTF8.GetBytes(ResultCsv.Head(rows.Columns)))
        : new OutputForm("a JSON file with the columns of this query", [.. ResultJson.Beginnings(rows.Columns).Select(Encoding.UTF8.GetBytes)]);

    private void WriteRows(QueryResult rows, TextWriter file)
    {
        if (_format == "csv")
            ResultCsv.Write(rows, file);
        else
            ResultJson.Write(rows, file);
    }
}
