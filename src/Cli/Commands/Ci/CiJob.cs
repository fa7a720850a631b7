using System.Text.Json;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>Replays a plan into a folder, compares with the baseline, and writes the reports for a reviewer.</summary>
internal sealed class CiJob(TraceOptions trace, RunLabelOptions label, ParseResult parsed, PlanFile file, CiOutputs outputs)
{
    private readonly CiPlan _plan = file.Plan;

    /// <summary>Replays all recordings into a new database.</summary>
    public ComparisonSide Replay()
    {
        ReplayPlan replay = file.Replay(trace.Threads(parsed));
        Directory.CreateDirectory(outputs.Folder);
        File.Delete(outputs.Database.Path);
        using (ResultsDatabase database = ResultsDatabase.Open(outputs.Database.Path))
        {
            foreach (string path in _plan.Traces)
            {
                DateTimeOffset startedAt = DateTimeOffset.UtcNow;
                using OpenedTrace events = trace.Open(parsed, path);
                if (events.Facts.Digest.Length == 0)
                    throw new UsageException($"{path} has no digest of its recording: ingest the recording again");
                file.RefuseUnfit(replay, events.Facts);
                using ProgressLine line = ProgressLine.Start();
                RunFindings findings = JudgedRun.Of(events, replay with { Progress = line.Progress }, isKept: true);
                database.AddRun(label.Describe(parsed, startedAt), findings, line.Progress);
            }
        }

        using ProgressLine page = ProgressLine.Start();
        page.Progress?.Begin("drawing the page", "", 0);
        outputs.Page.Write(outputs.Database.Path);
        return CompareCommand.ReadSide(outputs.Database.Path);
    }

    /// <summary>Makes this run's results the baseline.</summary>
    /// <exception cref="RuleException">A rule names a figure that this run does not have. The baseline is then unchanged.</exception>
    public void UpdateBaseline(ComparisonSide head)
    {
        _ = JudgedComparison.Of(ResultComparison.Of(head, head), _plan.Rules);
        BaselineFile.Write(head, _plan.Baseline);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"baseline of {head.Cells.Length} cells: {_plan.Baseline}"));
    }

    /// <summary>Compares with the baseline, and writes summary.md, junit.xml and comparison.json.</summary>
    public JudgedComparison Judge(ComparisonSide head, bool allowsOtherRecordings)
    {
        using ProgressLine line = ProgressLine.Start();
        line.Progress?.Begin("comparing", "", 0);
        ResultComparison comparison = File.Exists(_plan.Baseline)
            ? ResultComparison.Of(BaselineFile.Read(_plan.Baseline), head)
            : ResultComparison.Of(head);
        JudgedComparison judged = JudgedComparison.Of(comparison, _plan.Rules);
        if (!allowsOtherRecordings && !_plan.AllowsOtherRecordings)
            judged = judged.ForbidOtherRecordings();
        if (_plan.Rules.IsEmpty)
            judged = judged with { Notes = [.. judged.Notes, "the plan has no rules: nothing can regress"] };
        OutputFile.WriteText(outputs.Summary.Path, summary => ComparisonMarkdown.Write(judged, summary));
        outputs.Junit.Write(junit => ComparisonJunit.Write(judged, junit));
        outputs.Comparison.Write(json =>
        {
            using Utf8JsonWriter writer = new(json, new JsonWriterOptions { Indented = true });
            JsonSerializer.Serialize(writer, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
        });
        return judged;
    }
}
