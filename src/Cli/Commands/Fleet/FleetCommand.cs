namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace fleet</c>: the recordings of a plan as numbered tasks, for whatever runs those.</summary>
internal static class FleetCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("fleet", "Replay many recordings as numbered tasks (docs/fleet.md).")
        {
            Examples =
            [
                "forktrace fleet plan fleet.toml",
                "forktrace fleet task 1-20 --plan fleet.toml",
                "forktrace fleet status fleet.toml --todo | xargs -r -P 4 -n 8 forktrace fleet task --plan fleet.toml",
            ],
        };
        command.Add(FleetPlanCommand.Create(terminal));
        command.Add(FleetTaskCommand.Create(terminal));
        command.Add(FleetStatusCommand.Create(terminal));
        return command;
    }

    /// <summary>Completes a command that shows the tasks of a plan as JSON, in a brief form, or as a table.</summary>
    /// <param name="command">The command, without arguments.</param>
    /// <param name="terminal">Where JSON goes.</param>
    /// <param name="isBrief">The option for the brief form.</param>
    /// <param name="writeBrief">Writes the brief form.</param>
    /// <param name="write">Writes the table.</param>
    public static Command Listing(
        Command command, Terminal terminal, Option<bool> isBrief, Action<FleetPlanFile> writeBrief, Action<FleetPlanFile> write)
    {
        Argument<string> plan = new("PLAN")
        {
            Description = $"The plan. Without it: {FleetPlanFile.DefaultPath}.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => FleetPlanFile.DefaultPath,
        };
        Option<bool> json = SharedOptions.Json();
        command.Add(plan);
        command.Add(isBrief);
        command.Add(json);
        command.SetAction(parsed =>
        {
            FleetPlanFile file = FleetPlanFile.Load(parsed.GetRequiredValue(plan));
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, FleetDocument.Of(file), JsonDocuments.Default.FleetDocument);
            else
                (parsed.GetValue(isBrief) ? writeBrief : write)(file);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
