namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace run</c>: the main command, from a recording to answers and a database.</summary>
internal static class RunCommand
{
    private const string DefaultDatabase = "results.duckdb";

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("run", "Read a recording, replay policies, show the answer; the results are kept in a DuckDB database.")
        {
            Notes = ReplayOptions.PolicyNotes,
            Examples =
            [
                "forktrace run trace.dat",
                "forktrace run trace.dat --html report.html",
                "forktrace run load-1.dat load-2.dat load-3.dat",
            ],
        };
        TraceOptions trace = TraceOptions.ForRepeats(command);
        ReplayOptions replay = new(command);
        Option<string> database = new("--db")
        {
            Description = "Database to add the results to; made if it is not there. With --out: none, unless it is given.",
            HelpName = "PATH",
            DefaultValueFactory = _ => DefaultDatabase,
        };
        Option<string?> html = new("--html")
        {
            Description = "Also write an HTML page. For its curves, capacities 0 to 16 are replayed and stored too.",
            HelpName = "PATH",
        };
        Option<bool> json = SharedOptions.Json();
        FolderOptions folders = new();
        OutputOptions outputs = new(command, database, folders.Out, html);
        folders.AddHost(command);
        command.Add(json);
        ReplayJob job = new(terminal, trace, replay, new RunLabelOptions(command));
        command.SetAction(parsed =>
        {
            OutputSet files = outputs.Begin(parsed);
            (string? folder, string? host) = folders.Read(parsed, files);
            bool hasDatabase = folder is null || parsed.GetResult(database) is { Implicit: false };
            OutputFile? file = hasDatabase ? files.Add(parsed.GetRequiredValue(database), OutputForm.Database) : null;
            ResultsTarget results = new(file, folder, host);
            HtmlPage? page = parsed.GetValue(html) is { } path ? HtmlPage.At(files, path) : null;
            string[] paths = trace.Paths(parsed);
            return paths.Length == 1
                ? job.Run(parsed, results, parsed.GetValue(json), page)
                : job.RunAll(parsed, paths, results, parsed.GetValue(json), page);
        });
        return command;
    }
}
