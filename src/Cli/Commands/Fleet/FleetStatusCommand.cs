using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace fleet status</c>: which tasks are done, which failed and why, which are pending.</summary>
internal static class FleetStatusCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("status", "Show which tasks are done, which failed and why, and which are pending.")
        {
            Notes = () => ["A task that was killed is pending. Running a failed task again tries it again; a task that is done does nothing."],
            Examples =
            [
                "forktrace fleet status fleet.toml",
                "forktrace fleet status fleet.toml --todo | paste -sd,",
                "forktrace fleet status fleet.toml --json",
            ],
        };
        Option<bool> todo = new("--todo") { Description = "Print only the numbers of tasks that are not done, one per line." };
        return FleetCommand.Listing(command, terminal, todo, file => WriteTodo(terminal, file), file => Write(terminal, file));
    }

    private static void WriteTodo(Terminal terminal, FleetPlanFile file)
    {
        foreach (FleetTask task in file.Tasks.Where(task => file.Ledger.Read(task).Result is null))
            terminal.Out.WriteLine(task.Number.ToString(CultureInfo.InvariantCulture));
    }

    private static void Write(Terminal terminal, FleetPlanFile file)
    {
        List<(FleetTask Task, FleetRecord Record)> tasks = [.. file.Tasks.Select(task => (task, file.Ledger.Read(task)))];
        LabelledLines counts = new(terminal);
        foreach (string state in (string[])["done", "failed", "pending"])
            counts.Add(state, Readable.Count(tasks.Count(one => one.Record.State == state)));
        TextTable table = new();
        table.AddColumn("task", isNumber: true);
        table.AddColumn("recording");
        table.AddColumn("why it failed");
        bool hasFailed = false;
        foreach ((FleetTask task, FleetRecord record) in tasks.Where(one => one.Record.State == "failed"))
        {
            table.AddRow([task.Number.ToString(CultureInfo.InvariantCulture), task.Name, record.Message!], RowStyle.Doubtful);
            hasFailed = true;
        }

        if (hasFailed)
            table.Write(terminal);
    }
}

/// <summary>What <c>fleet plan --json</c> and <c>fleet status --json</c> say.</summary>
internal sealed record FleetDocument(string Output, int Done, int Failed, int Pending, FleetTaskRow[] Tasks)
{
    public static FleetDocument Of(FleetPlanFile file)
    {
        FleetTaskRow[] rows = [.. file.Tasks.Select(task => FleetTaskRow.Of(task, file.Ledger.Read(task)))];
        int Count(string state) => rows.Count(row => row.State == state);
        return new FleetDocument(file.Output, Count("done"), Count("failed"), Count("pending"), rows);
    }
}

/// <summary>One task. What is not known of it is null.</summary>
internal sealed record FleetTaskRow(int Task, string Recording, string? Host, string State, string? Result, string? Message, long? Forks, double? Seconds)
{
    public static FleetTaskRow Of(FleetTask task, FleetRecord record) => new(
        task.Number, task.Name, task.Host, record.State, record.Result, record.Message,
        record.Result is null ? null : record.Forks, record.State == "pending" ? null : record.Seconds);
}
