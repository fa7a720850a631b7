using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ForkTrace.Analytics;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Cli.Commands;
using ForkTrace.Cli.Options;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli;

/// <summary>What ci does: replay a plan into a folder, compare with the baseline, write what a reviewer reads.</summary>
internal sealed class CiJob(TraceOptions trace, RunLabelOptions label, ParseResult parsed, CiPlan plan, string output)
{
    private string Database => Path.Combine(output, "results.duckdb");

    /// <summary>Replays all recordings into a new database.</summary>
    public ComparisonSide Replay()
    {
        Directory.CreateDirectory(output);
        if (File.Exists(Database) && !ResultsFile.IsDatabase(Database))
            throw new UsageException($"cannot write {Database}: what is there is no database, and would be lost");
        File.Delete(Database);
        ReplayPlan replay = plan.Replay with { Threads = trace.Threads(parsed) };
        using (ResultsDatabase database = ResultsDatabase.Open(Database))
        {
            foreach (string path in plan.Traces)
            {
                DateTimeOffset startedAt = DateTimeOffset.UtcNow;
                using EventTable events = trace.ReadPath(parsed, path);
                if (events.Facts.Digest.Length == 0)
                    throw new UsageException($"{path} has no digest of its recording: ingest the recording again");
                RunFindings findings = RunFindings.Of(events, replay);
                database.AddRun(label.Describe(parsed, startedAt), findings);
            }
        }

        HtmlPage.At(Path.Combine(output, "report.html")).Write(Database);
        return CompareCommand.ReadSide(Database);
    }

    /// <summary>Makes this run's results the baseline.</summary>
    public void UpdateBaseline(ComparisonSide head)
    {
        BaselineFile.Write(head, plan.Baseline);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"baseline of {head.Cells.Length} cells: {plan.Baseline}"));
    }

    /// <summary>Compares with the baseline, and writes summary.md, junit.xml and comparison.json.</summary>
    public JudgedComparison Judge(ComparisonSide head)
    {
        if (!File.Exists(plan.Baseline))
            throw new UsageException($"there is no baseline {plan.Baseline}: forktrace ci --update-baseline makes one, to be committed");
        ResultComparison comparison = ResultComparison.Of(BaselineFile.Read(plan.Baseline), head);
        JudgedComparison judged = JudgedComparison.Of(comparison, plan.Rules);
        if (plan.Rules.Rules.IsEmpty)
            judged = judged with { Notes = [.. judged.Notes, "the plan has no rules: nothing can regress"] };
        using (StreamWriter summary = new(Path.Combine(output, "summary.md")))
            ComparisonMarkdown.Write(judged, summary);
        CompareCommand.WriteJunit(judged, Path.Combine(output, "junit.xml"));
        using FileStream json = File.Create(Path.Combine(output, "comparison.json"));
        using Utf8JsonWriter writer = new(json, new JsonWriterOptions { Indented = true });
        ComparisonJson.Write(writer, judged);
        return judged;
    }
}
