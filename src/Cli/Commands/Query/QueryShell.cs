using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Runs statements from standard input. From a pipe, the first that fails ends the command. On a terminal, each statement runs when its semicolon
/// has been typed, and after a mistake the user can go on.
/// </summary>
internal static class QueryShell
{
    private const int LengthMax = 1 << 24;
    private const string Prompt = "forktrace> ";
    private const string Continuation = "      ...> ";

    private static readonly string[] s_help =
    [
        "A statement ends with a semicolon. Also: .tables, .columns NAME, .quit.",
    ];

    public static void Run(ResultsDatabase database, QueryOutput output)
    {
        if (!Console.IsInputRedirected)
        {
            Converse(database, output);
            return;
        }

        string text = ReadAll();
        IReadOnlyList<string> statements = ResultsDatabase.Statements(text);
        if (statements.Count == 0)
            throw new UsageException("query takes a statement, here or on standard input, or --schema (see forktrace query --help)");
        foreach (string statement in statements)
            output.Write(database, statement);
    }

    private static string ReadAll()
    {
        StringBuilder text = new();
        char[] buffer = new char[4096];
        for (int read = Console.In.Read(buffer); read > 0; read = Console.In.Read(buffer))
        {
            text.Append(buffer, 0, read);
            if (text.Length > LengthMax)
                throw new UsageException($"standard input holds more than {LengthMax} characters of SQL");
        }

        return text.ToString();
    }

    private static void Converse(ResultsDatabase database, QueryOutput output)
    {
        StringBuilder pending = new();
        Console.Error.WriteLine(s_help[0]);
        while (true)
        {
            Console.Error.Write(pending.Length == 0 ? Prompt : Continuation);
            string? line = Console.In.ReadLine();
            if (line is null || (pending.Length == 0 && line.Trim() is ".quit" or ".exit"))
                break;
            if (pending.Length == 0 && line.StartsWith('.'))
            {
                Try(database, output, Command(line.Trim()));
                continue;
            }

            pending.Append(line).Append('\n');
            if (!ResultsDatabase.EndsStatement(pending.ToString()))
                continue;
            Try(database, output, pending.ToString());
            pending.Clear();
        }

        Console.Error.WriteLine();
    }

    private static string? Command(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const string Relations = """
            SELECT view_name AS relation, comment AS meaning FROM duckdb_views() WHERE NOT internal
            UNION ALL
            SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal
            ORDER BY relation
            """;
        return words switch
        {
            [".tables"] => Relations,
            [".columns", { } name] => "SELECT column_name, data_type, comment AS meaning FROM duckdb_columns() WHERE table_name = "
                + $"'{name.Replace("'", "''", StringComparison.Ordinal)}' ORDER BY column_index",
            _ => null,
        };
    }

    private static void Try(ResultsDatabase database, QueryOutput output, string? statements)
    {
        try
        {
            if (statements is null)
                Console.Error.WriteLine(s_help[0]);
            else if (ResultsDatabase.Statements(statements).Count > 0)
                output.Write(database, statements);
        }
        catch (ResultsDatabaseException fault)
        {
            Terminal.Note($"forktrace: {fault.Message}");
        }
    }
}
