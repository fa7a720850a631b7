namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace replay</c>: replays policies over a trace. Results are kept in a database only if the user asks for it.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("replay", "Replay policies over a trace; show what each would have done.")
        {
            Notes = ReplayOptions.PolicyNotes,
            Examples =
            [
                "forktrace replay trace.arrow",
                "forktrace replay trace.arrow --policy linux-5.18:capacity=8 --policy pages-early",
                "forktrace replay trace.arrow --cost-model my-machine.json --db results.duckdb --json",
            ],
        };
        TraceOptions trace = TraceOptions.ForAny(command);
        ReplayOptions replay = new(command);
        Option<string?> database = new("--db")
        {
            Description = "A database to add the results to; created if it does not exist. Without it: none.",
            HelpName = "PATH",
        };
        Option<bool> json = SharedOptions.Json();
        FolderOptions folders = new();
        OutputOptions outputs = new(command, database, folders.Out);
        folders.AddHost(command);
        command.Add(json);
        ReplayJob job = new(terminal, trace, replay, new RunLabelOptions(command));
        command.SetAction(parsed =>
        {
            OutputSet files = outputs.Begin(parsed);
            (string? folder, string? host) = folders.Read(parsed, files);
            OutputFile? file = parsed.GetValue(database) is { } path ? files.Add(path, OutputForm.Database) : null;
            ResultsTarget results = new(file, folder, host);
            return job.Run(parsed, results, parsed.GetValue(json));
        });
        return command;
    }
}
