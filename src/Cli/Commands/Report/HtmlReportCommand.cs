namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace report html</c>: one page from a database, or from a recording that is replayed for it.</summary>
internal static class HtmlReportCommand
{
    private const string DefaultOutput = "report.html";

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("html", "Write one HTML page that needs no network: what was recorded, how far to trust it, charts.")
        {
            Notes = ReplayOptions.PolicyNotes,
            Examples =
            [
                "forktrace report html results.duckdb -o report.html",
                "forktrace report html trace.dat -o report.html",
                "forktrace report html trace.dat --policy linux-5.18 --policy pages-early -o report.html",
            ],
        };
        TraceOptions trace = TraceOptions.ForAnyOrDatabase(command);
        ReplayOptions replay = new(command);
        Option<string> output = new("--output", "-o")
        {
            Description = "The page.",
            HelpName = "PATH",
            DefaultValueFactory = _ => DefaultOutput,
        };
        Option<bool> json = SharedOptions.Json();
        OutputOptions outputs = new(command, output);
        command.Add(json);
        command.SetAction(parsed =>
        {
            HtmlPage page = HtmlPage.At(outputs.Begin(parsed), parsed.GetRequiredValue(output));
            if (ResultsFile.IsResults(trace.Path(parsed)))
                page.Write(trace.Path(parsed));
            else
                new ReplayJob(terminal, trace, replay).WritePage(parsed, page);
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, new PageDocument(page.Path, page.SizeBytes), JsonDocuments.Default.PageDocument);
            else
                terminal.Out.WriteLine(EscapedText.Of($"{page.Path} ({Readable.Bytes(page.SizeBytes)})"));
            return (int)ExitCode.Success;
        });
        return command;
    }
}

/// <summary>The output of <c>report html --json</c>.</summary>
internal sealed record PageDocument(string Output, long SizeBytes);
