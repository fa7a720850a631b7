namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Names what the threads' tallies counted, and says what the trace's events lack.</summary>
public static class EventTallies
{
    /// <summary>Counts of events that play no part, by <c>system:name</c>; ids that the trace does not describe as <c>id:N</c>.</summary>
    public static ImmutableSortedDictionary<string, long> Skipped(TracepointDecoder decoder, IEnumerable<EventTally> tallies)
    {
        SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);
        foreach (EventTally tally in tallies)
        {
            ReadOnlySpan<long> counts = tally.CountsById;
            for (int id = 0; id < counts.Length; id++)
            {
                if (counts[id] == 0)
                    continue;
                TracepointPlan? plan = decoder.Plan(id);
                if (plan is { Kind: not EventKind.None } || plan is { IsFunction: true })
                    continue;
                string name = plan is null
                    ? string.Create(CultureInfo.InvariantCulture, $"id:{id}")
                    : $"{plan.Format.System}:{plan.Format.Name}";
                skipped[name] = skipped.GetValueOrDefault(name) + tally.CountsById[id];
            }
        }

        return skipped.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Issues of the binary records themselves: damaged ones, undescribed ids, events whose fields this kernel renamed.</summary>
    public static IEnumerable<ImportIssue> Issues(TracepointDecoder decoder, IReadOnlyCollection<EventTally> tallies)
    {
        long damaged = tallies.Sum(tally => tally.Damaged);
        if (damaged > 0)
        {
            yield return new ImportIssue(
                IssueSeverity.DataLoss,
                "damaged_records",
                "Records are shorter than their event's format says; they were skipped.",
                damaged);
        }

        foreach (TracepointPlan plan in decoder.Plans)
        {
            long count = tallies.Sum(tally => tally.CountsById[plan.Format.Id]);
            if (plan.MissingField is { } field && count > 0)
                yield return MissingField.Issue($"{plan.Format.System}:{plan.Format.Name}", field, count);
        }
    }
}

/// <summary>How many records of each event id one thread met; merged and named when the file has been read.</summary>
public sealed class EventTally
{
    private readonly long[] _countsById = new long[ushort.MaxValue + 1];

    /// <summary>Records too short for the fields that their format promises.</summary>
    public long Damaged { get; set; }

    public ReadOnlySpan<long> CountsById => _countsById;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountId(ushort id) => _countsById[id]++;
}

/// <summary>An event that a stack's life needs, on a kernel where it lacks a field that it cannot do without.</summary>
internal static class MissingField
{
    /// <summary>What the user is told; <paramref name="name"/> is the event's name, with its system where the trace tells it.</summary>
    public static ImportIssue Issue(string name, string field, long events) => new(
        IssueSeverity.DataLoss, "missing_field", $"{name} has no field '{field}' on this kernel; its events could not be used.", events);
}
