using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ForkTrace.Analytics;
using ForkTrace.Cli.Options;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli;

/// <summary>What run and replay have in common: read a trace, replay a plan over it, keep the rows, show them.</summary>
internal sealed class ReplayJob(Terminal terminal, TraceOptions trace, ReplayOptions replay)
{
    public int Run(ParseResult parsed, string? database, bool json)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        if (database is not null)
            OutputFile.RefuseUnwritable(database);
        using EventTable events = trace.Read(parsed);
        ReplayOptions.RefuseUnfit(plan, events.Facts);
        ImmutableArray<CellResult> results = ReplayEngine.Run(events, plan);
        if (database is not null)
            Keep(database, startedAt, events.Facts, results);
        if (json)
            JsonOutput.Write(terminal, writer => ResultsJson.Write(writer, events.Facts, database, results, plan.WindowNs > 0));
        else
            ResultsText.Write(terminal, events.Facts, plan, results);
        return (int)ExitCode.Success;
    }

    private static void Keep(string path, DateTimeOffset startedAt, TraceFacts facts, ImmutableArray<CellResult> results)
    {
        if (facts.Sha256.Length == 0)
            throw new UsageException($"{facts.Trace} has no sha256 of its recording, which the database needs: ingest the recording again");
        string command = CommandLineText.Of(Environment.GetCommandLineArgs()[1..]);
        RunDescription description = new(ToolVersion.Text, command, startedAt, DateTimeOffset.UtcNow);
        using ResultsDatabase database = ResultsDatabase.Open(path);
        long run = database.AddRun(description, facts, results);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"results are in {database.FilePath}, run {run}"));
    }
}
