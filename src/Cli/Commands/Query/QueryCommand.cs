using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace query</c>: runs SQL on a results database, which it cannot change, and on a recording.</summary>
internal static class QueryCommand
{
    /// <summary>Lists tables, views and columns with their meaning.</summary>
    internal const string Schema = """
        SELECT table_name AS relation, column_name AS "column", data_type AS type, coalesce(comment, '') AS meaning
        FROM duckdb_columns()
        WHERE (database_name = current_database() OR (database_name = 'temp' AND comment IS NOT NULL)) AND NOT internal
        ORDER BY relation, column_index
        """;

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("query", "Query a results database or a recording in SQL; DuckDB's SQL, opened read-only.")
        {
            Notes = Relations,
            Examples =
            [
                "forktrace query results.duckdb --schema",
                "forktrace query results.duckdb",
                "forktrace query results.duckdb \"SELECT * FROM results ORDER BY hit_rate DESC\" --format csv",
                "forktrace query results.duckdb \"FROM timeline\" -o timeline.parquet",
                "forktrace query --trace trace.dat \"SELECT kind, count(*) FROM events GROUP BY kind ORDER BY kind\"",
                "forktrace query results.duckdb \"FROM summary LIMIT 1\" --format line",
                "forktrace query results.duckdb --json < questions.sql",
            ],
        };
        Argument<string?> database = new("DB")
        {
            Description = "A database made by forktrace run, or a folder made by --out; may be left out with --trace.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string?> sql = new("SQL")
        {
            Description = "SQL statements; the rows of the last are shown. Without it: statements from standard input, on a terminal one by one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> trace = new("--trace")
        {
            Description = "A recording or an .arrow file to query: tables events, operations, lifecycles.",
            HelpName = "FILE",
        };
        Option<bool> all = new("--all-events")
        {
            Description = "With --trace: keep events that do not affect a stack too, such as switches between living tasks.",
        };
        Option<bool> schema = new("--schema") { Description = "Show tables, views and columns with their meaning instead." };
        Option<string> format = SharedOptions.Choice("--format", "How rows are written.", "table", "line", "csv", "json", "parquet");
        Option<string?> output = new("--output", "-o")
        {
            Description = "Write to this file. Without --format, the name's end decides the form (.csv, .json, .parquet).",
            HelpName = "PATH",
        };
        Option<bool> json = new("--json") { Description = "The same as --format json." };
        Option<string[]> allow = new("--allow")
        {
            Description = "A file or folder that SQL may read and write, such as Parquet files; may be given several times.",
            HelpName = "PATH",
        };
        Option<bool> allowExternal = new("--allow-external")
        {
            Description = "Let SQL read and write any file, attach databases, load extensions, change settings. Only for a DB that you trust.",
        };
        command.Add(database);
        command.Add(sql);
        foreach (Option option in new Option[] { trace, all, schema, format, json, allow, allowExternal })
            command.Add(option);
        OutputOptions outputs = new(command, output);
        TraceOptions reading = TraceOptions.BesideOutput(command);
        command.SetAction(parsed =>
        {
            bool isFormatGiven = parsed.GetResult(format) is { Implicit: false };
            string? asked = parsed.GetValue(json) ? "json" : isFormatGiven ? parsed.GetRequiredValue(format) : null;
            QueryOutput rows = QueryOutput.Of(terminal, outputs.Begin(parsed), asked, parsed.GetValue(output));
            (string? path, string? statements) = Told(parsed.GetValue(database), parsed.GetValue(sql), parsed.GetValue(trace) is not null);
            if (parsed.GetValue(schema))
                statements = statements is null ? Schema : throw new UsageException("query takes a statement or --schema, not both");
            if (path is { Length: > 1 } && path[0] == '-')
                throw new UsageException($"there is no option '{path}' (a file of that name is ./{path})");
            using EventTable? events = parsed.GetValue(trace) is { } file ? reading.ReadPath(parsed, file, parsed.GetValue(all)) : null;
            DatabaseAccess access = parsed.GetValue(allowExternal)
                ? DatabaseAccess.All
                : new DatabaseAccess { Paths = [.. parsed.GetValue(allow) ?? [], .. rows.EnginePaths] };
            using ResultsDatabase results = path is null ? ResultsDatabase.InMemory(access) : ResultsFile.Open(path, access);
            if (events is not null)
                results.ShowTrace(events);
            if (statements is not null)
                rows.Write(results, statements);
            else
                QueryShell.Run(results, rows);
            return (int)ExitCode.Success;
        });
        return command;
    }

    // With a recording, a single argument may be a database or a statement.
    private static (string? Database, string? Statements) Told(string? first, string? second, bool hasTrace) => (first, second) switch
    {
        (null, _) when !hasTrace =>
            throw new UsageException("query takes a database, or a recording by --trace (see forktrace query --help)"),
        ({ } only, null) when hasTrace && !Path.Exists(only) => (null, only),
        _ => (first, second),
    };

    private static IEnumerable<string> Relations() =>
    [
        "The tables, views and columns: docs/results-schema.md.",
        "Statements, and views in the database, reach no other file, no extension and no setting unless --allow or --allow-external is given.",
    ];
}
