using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace ci</c>: guards the results of a repository's recordings against its committed baseline.</summary>
internal static class CiCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("ci", "Replay a plan's recordings, compare with a baseline; exit code 4 if a rule is broken.")
        {
            Notes = () => ["The plan file, its rules and ready-made workflows: docs/ci.md."],
            Examples = ["forktrace ci --update-baseline", "forktrace ci", "forktrace ci --config perf/forktrace.toml --output out"],
        };
        TraceOptions trace = TraceOptions.WithoutFile(command);
        RunLabelOptions label = new(command);
        Option<string> config = new("--config")
        {
            Description = "The plan.",
            HelpName = "PATH",
            DefaultValueFactory = _ => "forktrace.toml",
        };
        Option<string?> output = new("--output")
        {
            Description = "Folder for results.duckdb, report.html, summary.md, junit.xml, comparison.json. Without it: the plan's.",
            HelpName = "FOLDER",
        };
        Option<bool> update = new("--update-baseline") { Description = "Make this run the baseline instead of comparing with it." };
        Option<bool> json = SharedOptions.Json();
        foreach (Option option in new Option[] { config, output, update, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            CiJob job = new(trace, label, parsed, PlanFile.Load(parsed.GetRequiredValue(config)), parsed.GetValue(output));
            bool isUpdate = parsed.GetValue(update);
            if (!isUpdate)
                job.RefuseNoBaseline();
            ComparisonSide head = job.Replay();
            if (isUpdate)
                job.UpdateBaseline(head);
            JudgedComparison judged = job.Judge(head);
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
            else
                ComparisonText.Write(terminal, judged);
            return (int)(judged.IsRegressed ? ExitCode.Regressed : ExitCode.Success);
        });
        return command;
    }
}
