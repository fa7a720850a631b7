using System.CommandLine;
using ForkTrace.Analytics;
using ForkTrace.Cli.Options;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace query</c>: SQL over a results database, which it cannot change.</summary>
internal static class QueryCommand
{
    private const string Schema = """
        SELECT table_name AS relation, column_name AS "column", data_type AS type, coalesce(comment, '') AS meaning
        FROM duckdb_columns()
        WHERE database_name = current_database() AND NOT internal
        ORDER BY relation, column_index
        """;

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("query", "Ask a results database in SQL (DuckDB's). The database is opened for reading.")
        {
            Notes = Relations,
            Examples =
            [
                "forktrace query results.duckdb --schema",
                "forktrace query results.duckdb \"SELECT * FROM results ORDER BY hit_rate DESC\" --format csv",
                "forktrace query results.duckdb \"SELECT count(*) AS runs FROM runs\" --json",
            ],
        };
        Argument<string> database = SharedOptions.File("DB", "A database made by forktrace run or replay --db.");
        Argument<string?> sql = new("SQL")
        {
            Description = "The statement; of several, the last one's rows are shown.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> schema = new("--schema") { Description = "Show tables, views and columns with their meaning instead." };
        Option<string> format = SharedOptions.Choice("--format", "How rows are written.", "table", "csv", "json");
        Option<bool> json = new("--json") { Description = "The same as --format json." };
        command.Add(database);
        command.Add(sql);
        command.Add(schema);
        command.Add(format);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using ResultsDatabase results = ResultsFile.Open(parsed.GetRequiredValue(database));
            using QueryResult rows = results.Query(StatementOf(parsed.GetValue(sql), parsed.GetValue(schema)));
            QueryText.Write(terminal, rows, parsed.GetValue(json) ? "json" : parsed.GetRequiredValue(format));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string StatementOf(string? sql, bool isSchema) => (sql, isSchema) switch
    {
        (null, true) => Schema,
        ({ } statement, false) => statement,
        (null, false) => throw new UsageException("query takes a statement, or --schema (see forktrace query --help)"),
        _ => throw new UsageException("query takes a statement or --schema, not both"),
    };

    private static IEnumerable<string> Relations() => ["The tables, views and columns: docs/results-schema.md.", ""];
}
