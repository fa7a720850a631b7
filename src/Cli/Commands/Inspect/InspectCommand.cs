using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace inspect</c>: shows what a trace holds, what it can show, and how to record what it lacks.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("inspect", "Show what a recording holds; what it can show, and how to record what is missing.")
        {
            Examples =
            [
                "forktrace inspect trace.dat",
                "forktrace inspect trace.arrow --json",
            ],
        };
        TraceOptions trace = TraceOptions.ForAny(command);
        Option<bool> json = SharedOptions.Json();
        command.Add(json);
        command.SetAction(parsed =>
        {
            using EventTable events = trace.Read(parsed);
            TraceInspection inspection = TraceInspection.Of(events);
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, new InspectionDocument(inspection), JsonDocuments.Default.InspectionDocument);
            else
                InspectionText.Write(terminal, inspection);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
