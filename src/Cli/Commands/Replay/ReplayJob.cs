using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Storage;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>What run and replay have in common: read a trace, replay a plan over it, keep the rows, show them.</summary>
internal sealed class ReplayJob(Terminal terminal, TraceOptions trace, ReplayOptions replay, RunLabelOptions? label = null)
{
    /// <summary>Replays one recording.</summary>
    public int Run(ParseResult parsed, OutputFile? database, bool json, HtmlPage? page = null)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        using EventTable events = trace.Read(parsed);
        ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
        ReplayPlan whole = page is null ? plan : CapacitySweep.Extend(plan);
        StackOperations operations = ReplayEngine.Operations(events, whole);
        RunFindings? findings = database is null ? null : JudgedRun.Of(events, operations, whole);
        ImmutableArray<CellResult> results =
            (findings?.Results ?? JudgedRun.Judged(events, operations, whole, ReplayEngine.Run(events, operations, whole)))[..OwnCells(plan, events.Facts)];
        if (findings is not null)
            Keep(database!, label?.Describe(parsed, startedAt) ?? Unlabelled(startedAt), findings);
        page?.Write(database!.Path, ChoiceOf(events.Facts, results));
        ImmutableArray<ForkLatency> forkTimes = findings?.ForkTimes ?? ForkLatency.Of(events);
        if (json)
        {
            ResultsDocument document = ResultsDocument.Of(events.Facts, database?.Path, plan, results, forkTimes);
            JsonOutput.Write(terminal, document, JsonDocuments.Default.ResultsDocument);
        }
        else
        {
            ResultsText.Write(terminal, events.Facts, plan, results, forkTimes);
        }

        return (int)ExitCode.Success;
    }

    /// <summary>Replays several recordings of one load, each into a run of its own, and shows means and intervals.</summary>
    public int RunAll(ParseResult parsed, string[] paths, OutputFile database, bool json, HtmlPage? page)
    {
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        ReplayPlan whole = page is null ? plan : CapacitySweep.Extend(plan);
        RepeatedRuns.RefuseTwice(paths);
        RepeatedRuns repeats = new();
        HtmlReportChoice choice = new();
        foreach (string path in paths)
        {
            DateTimeOffset startedAt = DateTimeOffset.UtcNow;
            using EventTable events = trace.ReadPath(parsed, path);
            ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
            repeats.RefuseTwice(events.Facts, path);
            RunFindings findings = JudgedRun.Of(events, whole);
            if (repeats.IsEmpty)
                database.RemoveOther();
            long run = Add(database.Path, label?.Describe(parsed, startedAt) ?? Unlabelled(startedAt), findings);
            HtmlReportChoice own = ChoiceOf(events.Facts, findings.Results[..OwnCells(plan, events.Facts)]);
            choice = new HtmlReportChoice { Traces = [.. choice.Traces, .. own.Traces], Cells = [.. choice.Cells, .. own.Cells] };
            repeats.Add(events.Facts, path, run, own.Cells);
        }

        page?.Write(database.Path, choice);
        RepeatsDocument document = repeats.Read(database.Path);
        if (json)
            JsonOutput.Write(terminal, document, JsonDocuments.Default.RepeatsDocument);
        else
            RepeatsText.Write(terminal, document);
        Terminal.Note($"results are in {Path.GetFullPath(database.Path)}, runs {document.Recordings[0].Run} to {document.Recordings[^1].Run}");
        return (int)ExitCode.Success;
    }

    /// <summary>Replays a trace for a page alone: the database behind it is gone afterwards.</summary>
    public void WritePage(ParseResult parsed, HtmlPage page)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        using EventTable events = trace.Read(parsed);
        ConditionOptions.RefuseUnfit(plan.Conditions, events.Facts);
        ReplayPlan whole = CapacitySweep.Extend(plan);
        RunFindings findings = JudgedRun.Of(events, whole);
        using TemporaryPath folder = TemporaryPath.NewFolder();
        string database = Path.Combine(folder.Path, "results.duckdb");
        Add(database, Unlabelled(startedAt), findings);
        page.Write(database, ChoiceOf(events.Facts, findings.Results[..OwnCells(plan, events.Facts)]));
    }

    private static HtmlReportChoice ChoiceOf(TraceFacts facts, ImmutableArray<CellResult> results) =>
        new() { Traces = [facts.Digest], Cells = [.. results.Select(result => result.Cell)] };

    private static RunDescription Unlabelled(DateTimeOffset startedAt) =>
        new(ToolVersion.Text, CommandLineText.Of(Environment.GetCommandLineArgs()[1..]), startedAt, DateTimeOffset.UtcNow);

    private static void Keep(OutputFile database, RunDescription description, RunFindings findings)
    {
        database.RemoveOther();
        long run = Add(database.Path, description, findings);
        string fullPath = Path.GetFullPath(database.Path);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"results are in {fullPath}, run {run}"));
    }

    private static long Add(string path, RunDescription description, RunFindings findings)
    {
        if (findings.Facts.Digest.Length == 0)
        {
            string why = "has no digest of its recording, which the database needs: ingest the recording again";
            throw new UsageException($"{findings.Facts.Trace} {why}");
        }

        using ResultsDatabase database = ResultsDatabase.Open(path);
        return database.AddRun(description, findings);
    }

    // Policies that the plan names twice, or once by name and once as the trace's own, are one result.
    private static int OwnCells(ReplayPlan plan, TraceFacts facts) =>
        plan.Policies.Select(asked => asked.ResolveFor(facts, out _).ToString()).Distinct().Count();
}
