namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Names what the threads counted, and reports what the trace's events lack.</summary>
internal static class EventTallies
{
    /// <summary>Counts of events that do not affect stacks, by <c>system:name</c>; <c>id:N</c> for ids that the trace does not
    /// describe.</summary>
    public static ImmutableSortedDictionary<string, long> Skipped(TracepointDecoder decoder, IEnumerable<EventTally> tallies) =>
        Summed(tallies.SelectMany(tally => Counts(decoder, tally)));

    /// <summary>Counts by name: counts of equal names are added, zero counts are left out.</summary>
    public static ImmutableSortedDictionary<string, long> Summed(IEnumerable<NamedCount> counts)
    {
        Dictionary<string, long> sums = new(StringComparer.Ordinal);
        foreach (NamedCount one in counts.Where(one => one.Count > 0))
            sums[one.Name] = sums.GetValueOrDefault(one.Name) + one.Count;
        return sums.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Issues of the binary records: damaged records, ids without a description, events whose fields this kernel
    /// renamed.</summary>
    public static IssueList Issues(TracepointDecoder decoder, IReadOnlyCollection<EventTally> tallies)
    {
        IssueList issues = new();
        issues.Loss(
            "damaged_records", tallies.Sum(tally => tally.Damaged),
            "Records are shorter than their event's format says; they were skipped.");
        foreach (TracepointPlan plan in decoder.Plans.Where(plan => plan.MissingField is not null))
            TellMissing(issues, plan.Format.FullName, plan.MissingField!, tallies.Sum(tally => tally.CountsById[plan.Format.Id]));
        return issues;
    }

    /// <summary>Reports that an event that affects stacks lacks a necessary field on this kernel.</summary>
    public static void TellMissing(IssueList issues, string name, string field, long events) =>
        issues.Loss("missing_field", events, $"{name} has no field '{field}' on this kernel; its events could not be used.");

    /// <summary>The counts of one tally, see <see cref="Skipped"/>.</summary>
    public static IEnumerable<NamedCount> Counts(TracepointDecoder decoder, EventTally tally)
    {
        for (int id = 0; id <= ushort.MaxValue; id++)
        {
            TracepointPlan? plan = decoder.Plan(id);
            long events = plan is null or { Kind: EventKind.None, IsFunction: false } ? tally.CountsById[id] : tally.OthersOf(id);
            if (events > 0)
                yield return new NamedCount(plan?.Format.FullName ?? string.Create(CultureInfo.InvariantCulture, $"id:{id}"), events);
        }
    }
}

/// <summary>How many events of one name there were.</summary>
internal sealed record NamedCount(string Name, long Count);

/// <summary>Number of records of each event id in one thread. The counts are merged and named after the file has been read.</summary>
internal sealed class EventTally
{
    private readonly long[] _countsById = new long[ushort.MaxValue + 1];
    private long[]? _othersById;

    /// <summary>Records too short for the fields in their format.</summary>
    public long Damaged { get; set; }

    public ReadOnlySpan<long> CountsById => _countsById;

    /// <summary>For an event that is not only about stacks: records that are not about a stack.</summary>
    public long OthersOf(int id) => _othersById is null ? 0 : _othersById[id];

    public void CountOther(int id) => (_othersById ??= new long[ushort.MaxValue + 1])[id]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountId(ushort id) => _countsById[id]++;
}
