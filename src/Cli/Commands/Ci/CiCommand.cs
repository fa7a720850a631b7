using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace ci</c>: checks the results of a repository's recordings against rules and its committed baseline.</summary>
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
        Option<bool> update = new("--update-baseline") { Description = "Make this run the new baseline instead of comparing with the old one." };
        Option<bool> other = new("--allow-other-recordings")
        {
            Description = "Allow a recording to differ from the one of the same name in the baseline. The plan's key of this name does the same.",
        };
        Option<bool> all = ComparisonText.All();
        Option<bool> json = SharedOptions.Json();
        OutputOptions outputs = new(command, output);
        foreach (Option option in new Option[] { config, update, other, all, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(config);
            PlanFile plan = PlanFile.Load(path);
            plan.RequireDistinctNames();
            bool isUpdate = parsed.GetValue(update);
            CiOutputs files = CiOutputs.Of(plan.Plan, parsed.GetValue(output), isUpdate, inputs => outputs.Begin(parsed, [path, .. inputs]));
            CiJob job = new(trace, label, parsed, plan, files);
            ComparisonSide head = job.Replay();
            if (isUpdate)
                job.UpdateBaseline(head);
            JudgedComparison judged = job.Judge(head, parsed.GetValue(other));
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
            else
                ComparisonText.Write(terminal, judged, parsed.GetValue(all));
            return (int)ComparisonText.ExitCodeOf(judged);
        });
        return command;
    }
}
