using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Events;

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
