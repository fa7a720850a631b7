using ForkTrace.Analytics.Fleet;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace fleet plan</c>: the tasks, with their numbers.</summary>
internal static class FleetPlanCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("plan", "List the tasks of a plan: one per recording, numbered from 1.")
        {
            Examples = ["forktrace fleet plan fleet.toml", "forktrace fleet plan fleet.toml --count"],
        };
        Option<bool> count = new("--count") { Description = "Print only the number of tasks." };
        return FleetCommand.Listing(
            command, terminal, count, file => terminal.Out.WriteLine(file.Tasks.Length.ToString(CultureInfo.InvariantCulture)), file => Write(terminal, file));
    }

    private static void Write(Terminal terminal, FleetPlanFile file)
    {
        bool hasHosts = file.Tasks.Any(task => task.Host is not null);
        TextTable table = new();
        table.AddColumn("task", isNumber: true);
        if (hasHosts)
            table.AddColumn("host");
        table.AddColumn("recording");
        foreach (FleetTask task in file.Tasks)
        {
            string number = task.Number.ToString(CultureInfo.InvariantCulture);
            table.AddRow(hasHosts ? [number, task.Host ?? "-", task.Name] : [number, task.Name]);
        }

        table.Write(terminal);
        Terminal.Note($"{Readable.Count(file.Tasks.Length)} tasks, each over {file.Replay.Policies.Length} policies; results go to {file.Output}");
    }
}
