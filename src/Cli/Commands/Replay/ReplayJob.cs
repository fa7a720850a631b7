using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>The common work of run and replay: read a trace, replay a plan over it, keep the rows, show them.</summary>
internal sealed class ReplayJob(Terminal terminal, TraceOptions trace, ReplayOptions replay, RunLabelOptions? label = null)
{
    /// <summary>Replays one recording.</summary>
    public int Run(ParseResult parsed, ResultsTarget target, bool json, HtmlPage? page = null)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        using OpenedTrace events = trace.Open(parsed, trace.Path(parsed));
        ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
        RunFindings shown = Replay(parsed, events, plan, target, startedAt, page);
        if (json)
        {
            ResultsDocument document = ResultsDocument.Of(target.Path, plan, shown);
            JsonOutput.Write(terminal, document, JsonDocuments.Default.ResultsDocument);
        }
        else
        {
            ResultsText.Write(terminal, plan, shown);
        }

        return (int)ExitCode.Success;
    }

    /// <summary>Replays several recordings of one load, each as its own run, and shows means and intervals.</summary>
    public int RunAll(ParseResult parsed, string[] paths, ResultsTarget target, bool json, HtmlPage? page)
    {
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        RepeatedRuns.RefuseTwice(paths);
        RepeatedRuns repeats = new();
        HtmlReportChoice choice = new();
        foreach (string path in paths)
        {
            DateTimeOffset startedAt = DateTimeOffset.UtcNow;
            using OpenedTrace events = trace.Open(parsed, path);
            ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
            repeats.RefuseSame(events.Facts, path);
            using ProgressLine line = ProgressLine.Start();
            ReplayPlan whole = (page is null ? plan : CapacitySweep.Extend(plan, events.Facts)) with { Progress = line.Progress };
            RunFindings findings = JudgedRun.Of(events, whole, isKept: true);
            if (repeats.IsEmpty)
                target.Database?.RemoveOther();
            long run = target.Add(label?.Describe(parsed, startedAt) ?? Unlabelled(startedAt), whole, findings, line.Progress);
            HtmlReportChoice own = ChoiceOf(events.Facts, findings.Results[..OwnCells(plan, events.Facts)]);
            choice = new HtmlReportChoice { Traces = [.. choice.Traces, .. own.Traces], Cells = [.. choice.Cells, .. own.Cells] };
            repeats.Add(findings, path, run, own.Cells);
        }

        page?.Write(target.Path!, choice);
        RepeatsDocument document = repeats.Read(target.Path!);
        if (json)
            JsonOutput.Write(terminal, document, JsonDocuments.Default.RepeatsDocument);
        else
            RepeatsText.Write(terminal, document);
        if (target.Database is not null)
            Terminal.Note($"results are in {Path.GetFullPath(target.Database.Path)}, runs {document.Recordings[0].Run} to {document.Recordings[^1].Run}");
        return (int)ExitCode.Success;
    }

    /// <summary>Replays a trace only for a page. Its database is deleted afterwards.</summary>
    public void WritePage(ParseResult parsed, HtmlPage page)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        using OpenedTrace events = trace.Open(parsed, trace.Path(parsed));
        ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
        using ProgressLine line = ProgressLine.Start();
        ReplayPlan whole = CapacitySweep.Extend(plan, events.Facts) with { Progress = line.Progress };
        RunFindings findings = JudgedRun.Of(events, whole, isKept: true);
        using TemporaryPath folder = TemporaryPath.NewFolder();
        string database = Path.Combine(folder.Path, "results.duckdb");
        using (ResultsDatabase results = ResultsDatabase.Open(database))
            results.AddRun(Unlabelled(startedAt), findings, line.Progress);
        page.Write(database, ChoiceOf(events.Facts, findings.Results[..OwnCells(plan, events.Facts)]));
    }

    // Replays, keeps all rows, draws the page, and shows the rows that the user asked for.
    private RunFindings Replay(
        ParseResult parsed, OpenedTrace events, ReplayPlan plan, ResultsTarget target, DateTimeOffset startedAt, HtmlPage? page)
    {
        using ProgressLine line = ProgressLine.Start();
        ReplayPlan whole = (page is null ? plan : CapacitySweep.Extend(plan, events.Facts)) with { Progress = line.Progress };
        RunFindings findings = JudgedRun.Of(events, whole, isKept: target.Path is not null);
        RunFindings shown = findings with { Results = findings.Results[..OwnCells(plan, events.Facts)] };
        if (target.Path is not null)
        {
            target.Database?.RemoveOther();
            long run = target.Add(label?.Describe(parsed, startedAt) ?? Unlabelled(startedAt), whole, findings, line.Progress);
            if (target.Database is not null)
                Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"results are in {Path.GetFullPath(target.Path)}, run {run}"));
            page?.Write(target.Path, ChoiceOf(events.Facts, shown.Results));
        }

        return shown;
    }

    private static HtmlReportChoice ChoiceOf(TraceFacts facts, ImmutableArray<CellResult> results) =>
        new() { Traces = [facts.Digest], Cells = [.. results.Select(result => result.Cell)] };

    private static RunDescription Unlabelled(DateTimeOffset startedAt) =>
        new(ToolVersion.Text, CommandLineText.Of(Environment.GetCommandLineArgs()[1..]), startedAt, DateTimeOffset.UtcNow);

    // A policy that the plan names twice, or once by name and once as the trace's own, gives one result.
    private static int OwnCells(ReplayPlan plan, TraceFacts facts) =>
        plan.Policies.Select(asked => asked.ResolveFor(facts, out _).ToString()).Distinct().Count();
}
