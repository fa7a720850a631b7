using System.Text.Json;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>What ci does: replay a plan into a folder, compare with the baseline, write what a reviewer reads.</summary>
internal sealed class CiJob(TraceOptions trace, RunLabelOptions label, ParseResult parsed, PlanFile file, string? folder)
{
    private readonly CiPlan _plan = file.Plan;
    private readonly string _output = folder ?? file.Plan.Output;

    private string Database => Path.Combine(_output, "results.duckdb");

    /// <summary>Refuses to begin a comparison with nothing.</summary>
    public void RefuseNoBaseline()
    {
        if (_plan.NeedsBaseline && !File.Exists(_plan.Baseline))
            throw new UsageException($"there is no baseline {_plan.Baseline}: forktrace ci --update-baseline makes one, to be committed");
    }

    /// <summary>Replays all recordings into a new database.</summary>
    public ComparisonSide Replay()
    {
        ReplayPlan replay = file.Replay(trace.Threads(parsed));
        Directory.CreateDirectory(_output);
        File.Delete(OutputFile.At(Database, OutputForm.Database).Path);
        using (ResultsDatabase database = ResultsDatabase.Open(Database))
        {
            foreach (string path in _plan.Traces)
            {
                DateTimeOffset startedAt = DateTimeOffset.UtcNow;
                using EventTable events = trace.ReadPath(parsed, path);
                if (events.Facts.Digest.Length == 0)
                    throw new UsageException($"{path} has no digest of its recording: ingest the recording again");
                file.RefuseUnfit(replay, events.Facts);
                RunFindings findings = JudgedRun.Of(events, replay);
                database.AddRun(label.Describe(parsed, startedAt), findings);
            }
        }

        HtmlPage.At(Path.Combine(_output, "report.html")).Write(Database);
        return CompareCommand.ReadSide(Database);
    }

    /// <summary>Makes this run's results the baseline.</summary>
    public void UpdateBaseline(ComparisonSide head)
    {
        BaselineFile.Write(head, OutputFile.At(_plan.Baseline, OutputForm.Json, _plan.Traces).Path);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"baseline of {head.Cells.Length} cells: {_plan.Baseline}"));
    }

    /// <summary>Compares with the baseline, and writes summary.md, junit.xml and comparison.json.</summary>
    public JudgedComparison Judge(ComparisonSide head, bool allowsOtherRecordings)
    {
        ResultComparison comparison = File.Exists(_plan.Baseline)
            ? ResultComparison.Of(BaselineFile.Read(_plan.Baseline), head)
            : ResultComparison.Of(head);
        JudgedComparison judged = JudgedComparison.Of(comparison, _plan.Rules);
        if (!allowsOtherRecordings && !_plan.AllowsOtherRecordings)
            judged = judged.ForbidOtherRecordings();
        if (_plan.Rules.IsEmpty)
            judged = judged with { Notes = [.. judged.Notes, "the plan has no rules: nothing can regress"] };
        OutputFile.WriteText(Path.Combine(_output, "summary.md"), summary => ComparisonMarkdown.Write(judged, summary));
        OutputFile.Write(Path.Combine(_output, "junit.xml"), junit => ComparisonJunit.Write(judged, junit));
        OutputFile.Write(Path.Combine(_output, "comparison.json"), json =>
        {
            using Utf8JsonWriter writer = new(json, new JsonWriterOptions { Indented = true });
            JsonSerializer.Serialize(writer, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
        });
        return judged;
    }
}
