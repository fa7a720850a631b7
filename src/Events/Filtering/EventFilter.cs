using System.Collections.Immutable;
using System.IO.Enumeration;

namespace ForkTrace.Events.Filtering;

/// <summary>
/// Which tasks of a trace to keep. A task is kept if one of its events passes every condition, and then it keeps all of its events, the
/// allocation of its task_struct by its parent among them: no life is cut in two. Events of the machine (RCU, softirqs) are kept by time.
/// </summary>
public sealed record EventFilter
{
    /// <summary>Earliest time of an event that passes.</summary>
    public TimeBound? From { get; init; }

    /// <summary>Latest time of an event that passes.</summary>
    public TimeBound? To { get; init; }

    /// <summary>CPUs on which an event passes; null for all.</summary>
    public NumberRanges? Cpus { get; init; }

    /// <summary>Names of tasks whose events pass, with <c>*</c> and <c>?</c>; any one of them suffices. Empty for all.</summary>
    public ImmutableArray<string> Comms { get; init; } = [];

    /// <summary>Thread ids whose events pass; a fork passes by the forking thread's too. Null for all.</summary>
    public NumberRanges? Tids { get; init; }

    /// <summary>True if everything passes.</summary>
    public bool IsEmpty => From is null && To is null && Cpus is null && Tids is null && Comms.IsEmpty;

    /// <summary>The table of the kept tasks; <paramref name="events"/> itself if there is no condition.</summary>
    public EventTable Apply(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return IsEmpty ? events : FilteredEvents.Of(events, this);
    }

    /// <summary>The conditions as the command line has them.</summary>
    public override string ToString()
    {
        List<string> conditions = [];
        if (From is { } from)
            conditions.Add($"--from {from}");
        if (To is { } to)
            conditions.Add($"--to {to}");
        if (Cpus is not null)
            conditions.Add($"--cpu {Cpus}");
        conditions.AddRange(Comms.Select(comm => $"--comm '{comm}'"));
        if (Tids is not null)
            conditions.Add($"--pid {Tids}");
        return string.Join(' ', conditions);
    }

    /// <summary>For each comm of a trace, whether it passes.</summary>
    internal bool[] PassingComms(CommTable comms) =>
        [.. comms.Names.Select(name => Comms.IsEmpty || Comms.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name, false)))];
}
