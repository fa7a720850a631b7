using System.IO.Enumeration;

namespace ForkTrace.Events.Filtering;

/// <summary>
/// Selects the tasks of a trace to keep. A task is kept if one of its events passes every condition. Then all of its events are kept,
/// including the allocation of its task_struct by its parent, so no task is cut in two. Events of the machine (RCU, softirqs) are kept by
/// time.
/// </summary>
public sealed record EventFilter
{
    /// <summary>Earliest time of an event that passes.</summary>
    public TimeBound? From { get; init; }

    /// <summary>Latest time of an event that passes.</summary>
    public TimeBound? To { get; init; }

    /// <summary>CPUs whose events pass; null for all.</summary>
    public NumberRanges? Cpus { get; init; }

    /// <summary>Patterns with <c>*</c> and <c>?</c>: events of tasks whose name matches one of them pass. Empty for all.</summary>
    public ImmutableArray<string> Comms { get; init; } = [];

    /// <summary>Thread ids whose events pass. A fork also passes by the tid of the forking thread. Null for all.</summary>
    public NumberRanges? Tids { get; init; }

    /// <summary>True if everything passes.</summary>
    public bool IsEmpty => From is null && To is null && Cpus is null && Tids is null && Comms.IsEmpty;

    /// <summary>The table of the kept tasks; <paramref name="events"/> itself if there is no condition.</summary>
    public EventTable Apply(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return IsEmpty ? events : FilteredEvents.Of(events, this);
    }

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

/// <summary>A set of small numbers in the kernel's notation for lists of CPUs: <c>0-3,8</c>.</summary>
public sealed class NumberRanges
{
    private readonly ImmutableArray<(int First, int Last)> _ranges;

    private NumberRanges(ImmutableArray<(int First, int Last)> ranges) => _ranges = ranges;

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">The text is not a list, or a range runs backwards.</exception>
    public static NumberRanges Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ImmutableArray<(int First, int Last)>.Builder ranges = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (string part in text.Split(','))
        {
            (int first, int last) = ParseOne(part) ?? (1, 0);
            if (last < first)
                throw new FormatException($"'{text}' is not a list of numbers and ranges such as 0-3,8");
            ranges.Add((first, last));
        }

        return new NumberRanges(ranges.ToImmutable());
    }

    /// <summary>A number, <c>8</c>, or a range, <c>0-3</c>, which may run backwards; null for any other text.</summary>
    public static (int First, int Last)? ParseOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] ends = text.Split('-');
        return ends.Length <= 2 && TryParse(ends[0], out int first) && TryParse(ends[^1], out int last) ? (first, last) : null;
    }

    public bool Contains(int number)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (number >= first && number <= last)
                return true;
        }

        return false;
    }

    public override string ToString() => string.Join(
        ',',
        _ranges.Select(range => string.Create(
            CultureInfo.InvariantCulture, $"{range.First}{(range.Last == range.First ? "" : $"-{range.Last}")}")));

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>One end of a time range: a time of the trace clock, or a distance from the first event.</summary>
public readonly record struct TimeBound(long Ns, bool IsOffset)
{
    private const decimal NsPerSecond = 1_000_000_000m;

    /// <summary>Reads <c>12.5</c> (seconds of the trace clock) or <c>+0.25</c> (seconds from the first event), to the nanosecond.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static TimeBound Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isOffset = text.StartsWith('+');
        bool isNumber = decimal.TryParse(
            text.AsSpan(isOffset ? 1 : 0), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds);
        if (!isNumber || seconds > long.MaxValue / NsPerSecond)
            throw new FormatException($"'{text}' is not a time: give seconds of the trace clock (12.5), or since the first event (+0.25)");
        return new TimeBound((long)(seconds * NsPerSecond), isOffset);
    }

    /// <summary>The time on the trace clock, given the time of the first event.</summary>
    public long On(long firstNs) => IsOffset ? (long)Int128.Min((Int128)firstNs + Ns, long.MaxValue) : Ns;

    public override string ToString() =>
        (IsOffset ? "+" : "") + (Ns / NsPerSecond).ToString("0.#########", CultureInfo.InvariantCulture);
}
