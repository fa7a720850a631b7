using System.Collections.Immutable;
using System.CommandLine;
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
        ReplayPlan plan = replay.Plan(parsed, trace.Threads(parsed));
        using EventTable events = trace.Read(parsed);
        ImmutableArray<CellResult> results = ReplayEngine.Run(events, plan);
        if (json)
            JsonOutput.Write(terminal, writer => ResultsJson.Write(writer, events.Facts, database, results));
        else
            ResultsText.Write(terminal, events.Facts, plan, results);
        return (int)ExitCode.Success;
    }
}
