using System.CommandLine;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace report</c>: what a results database says, as a page or as tables.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("report", "Show what a results database or a recording says, as one HTML page or as tables.")
        {
            Examples = ["forktrace report html results.duckdb -o report.html", "forktrace report html trace.dat -o report.html"],
        };
        command.Add(HtmlReportCommand.Create(terminal));
        return command;
    }
}
