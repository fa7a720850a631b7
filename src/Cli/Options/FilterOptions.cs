using System.CommandLine.Parsing;
using ForkTrace.Events.Filtering;

namespace ForkTrace.Cli.Options;

/// <summary>Options that choose tasks of a trace by time, CPU, name or thread id.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string?> _from = Of(
        "--from", "TIME", "Keep tasks with an event at this time or later: seconds of the trace clock, or +seconds from the first event.");

    private readonly Option<string?> _to = Of("--to", "TIME", "Keep tasks with an event at this time or earlier.");
    private readonly Option<string?> _cpus = Of("--cpu", "LIST", "Keep tasks with an event on these CPUs (0-3,8).");
    private readonly Option<string?> _tids = Of("--pid", "LIST", "Keep tasks with these thread ids; tasks that they fork too.");
    private readonly Option<string[]> _comms = new("--comm")
    {
        Description = "Keep tasks with an event under a matching name (* and ? match); may be given several times.",
        HelpName = "GLOB",
        Arity = ArgumentArity.OneOrMore,
    };

    public FilterOptions(Command command)
    {
        CheckBy(_from, text => TimeBound.Parse(text));
        CheckBy(_to, text => TimeBound.Parse(text));
        CheckBy(_cpus, text => NumberRanges.Parse(text));
        CheckBy(_tids, text => NumberRanges.Parse(text));
        command.Add(_from);
        command.Add(_to);
        command.Add(_cpus);
        command.Add(_comms);
        command.Add(_tids);
    }

    /// <summary>True if no filter is given.</summary>
    public bool IsEmpty(ParseResult parsed) => Filter(parsed).IsEmpty;

    /// <summary>The table of events that pass the filter. Disposes of <paramref name="events"/> if it returns another table.</summary>
    public EventTable Apply(ParseResult parsed, EventTable events)
    {
        EventFilter filter = Filter(parsed);
        if (filter.IsEmpty)
            return events;
        using (events)
        {
            RefuseTicks(filter, events.Facts);
            EventTable kept = filter.Apply(events);
            if (kept.Count == 0 && events.Count > 0)
            {
                kept.Dispose();
                throw new UsageException(KeepsNothing(filter, events.Facts));
            }

            return kept;
        }
    }

    private static Option<string?> Of(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };

    private static string KeepsNothing(EventFilter filter, TraceFacts facts) => FormattableString.Invariant(
        $"{filter} keeps nothing of {facts.Trace} ({facts.Cpus} CPUs, {facts.FirstNs / 1e9:0.000000} to {facts.LastNs / 1e9:0.000000} s)");

    private static void CheckBy<T>(Option<string?> option, Func<string, T> parse)
    {
        option.Validators.Add(result =>
        {
            try
            {
                foreach (Token token in result.Tokens)
                    _ = parse(token.Value);
            }
            catch (FormatException mistake)
            {
                result.AddError($"{option.Name}: {mistake.Message}");
            }
        });
    }

    private static void RefuseTicks(EventFilter filter, TraceFacts facts)
    {
        if ((filter.From ?? filter.To) is not null && facts.ClockUnit != "ns")
        {
            throw new UsageException(
                $"--from and --to are in seconds, but the clock '{facts.Clock}' of {facts.Trace} counts {facts.ClockUnit}");
        }
    }

    private EventFilter Filter(ParseResult parsed) => new()
    {
        From = parsed.GetValue(_from) is { } from ? TimeBound.Parse(from) : null,
        To = parsed.GetValue(_to) is { } to ? TimeBound.Parse(to) : null,
        Cpus = parsed.GetValue(_cpus) is { } cpus ? NumberRanges.Parse(cpus) : null,
        Tids = parsed.GetValue(_tids) is { } tids ? NumberRanges.Parse(tids) : null,
        Comms = [.. parsed.GetValue(_comms) ?? []],
    };
}
