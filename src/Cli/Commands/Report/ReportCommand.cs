using ForkTrace.Analytics.Reports;
using ForkTrace.Cli.Completion;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace report</c>: shows a results database as a page or as tables.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("report", "Show results as one HTML page or as tables; of a results database or a recording.")
        {
            Examples = ["forktrace report html trace.dat -o report.html", "forktrace report policies results.duckdb"],
        };
        command.Add(HtmlReportCommand.Create(terminal));
        foreach (IReport report in ReportCatalog.All)
            command.Add(Create(terminal, report));
        return command;
    }

    private static ToolCommand Create(Terminal terminal, IReport report)
    {
        ToolCommand command = new(report.Name, report.Summary)
        {
            Examples =
            [
                $"forktrace report {report.Name} results.duckdb",
                report.HasTraces
                    ? $"forktrace report {report.Name} results.duckdb --trace 'make*' --format markdown"
                    : $"forktrace report {report.Name} forktrace-results --format markdown",
            ],
        };
        Argument<string> database = SharedOptions.File("DB", "A database made by forktrace run, or a folder made by --out.");
        Option<string?> trace = new("--trace") { Description = "Only recordings whose name matches.", HelpName = "GLOB" };
        Option<string?> policy = new("--policy") { Description = "Only policies whose name matches.", HelpName = "GLOB" };
        policy.OfferPolicies();
        Option<string?> metric = new("--metric")
        {
            Description = $"The figure: a numeric column of the view history. Without it: {report.DefaultMetric}.",
            HelpName = "NAME",
        };
        Option<string> format = SharedOptions.Choice("--format", "How rows are written.", "table", "csv", "json", "markdown");
        Option<bool> json = new("--json") { Description = "The same as --format json." };
        command.Add(database);
        if (report.HasTraces)
            command.Add(trace);
        if (report.HasPolicies)
            command.Add(policy);
        if (report.DefaultMetric is not null)
            command.Add(metric);
        command.Add(format);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using ResultsDatabase results = ResultsFile.Open(parsed.GetRequiredValue(database));
            string? recordings = report.HasTraces ? parsed.GetValue(trace) : null;
            string? chosen = report.HasPolicies ? parsed.GetValue(policy) : null;
            string? figure = report.DefaultMetric is null ? null : parsed.GetValue(metric);
            string shown = parsed.GetValue(json) ? "json" : parsed.GetRequiredValue(format);
            bool isFolded = shown == "table" && !terminal.Look.IsWide && report.Folded is not null;
            using QueryResult rows = ReportCatalog.Ask(report, results, recordings, chosen, figure, isFolded);
            ReportText.Write(terminal, rows, shown);
            if (isFolded)
                terminal.Out.WriteLine($" --wide adds a row per {report.Unfolded}.");
            return (int)ExitCode.Success;
        });
        return command;
    }
}
