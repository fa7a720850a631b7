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
}
