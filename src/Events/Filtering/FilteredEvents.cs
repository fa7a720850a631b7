namespace ForkTrace.Events.Filtering;

/// <summary>Builds the table of the rows that a filter keeps, with facts that say what was removed.</summary>
internal sealed class FilteredEvents
{
    private readonly EventTable _events;
    private readonly TaskChoice _choice;
    private readonly int[] _newIds;
    private readonly long _fromNs = long.MaxValue;
    private readonly long _toNs = long.MinValue;
    private readonly bool _isWhole;
    private int _tasks;

    private FilteredEvents(EventTable events, TaskChoice choice)
    {
        _events = events;
        _choice = choice;
        _isWhole = !choice.IsKept.Contains(false);
        _newIds = new int[events.Facts.Tasks];
        Array.Fill(_newIds, -1);
        for (int row = 0; row < events.Count; row++)
        {
            bool isOfTask = choice.Owners[row] >= 0;
            if (!(isOfTask ? choice.IsKept[choice.Owners[row]] : choice.Owners[row] == -1 && choice.IsKeptIdle(row)))
                continue;
            Number(events.Tasks[row]);
            if (IsOfParent(events.Kinds[row]))
                Number(events.Others[row]);
            _fromNs = Math.Min(_fromNs, events.TimesNs[row]);
            _toNs = Math.Max(_toNs, events.TimesNs[row]);
        }
    }

    public static EventTable Of(EventTable events, EventFilter filter)
    {
        TaskChoice choice = new(events, filter);
        FilteredEvents filtered = new(events, choice);
        int rows = Enumerable.Range(0, events.Count).Count(filtered.IsKept);
        EventColumns kept = new(rows);
        for (int row = 0; row < events.Count; row++)
        {
            if (filtered.IsKept(row))
                filtered.AddRow(kept, row);
        }

        kept.Complete(filtered.FactsOf(kept, filter), events.CommNames);
        return kept;
    }

    private static bool IsOfParent(EventKind kind) => kind is EventKind.NewTask or EventKind.Fork;

    private bool IsKept(int row) => _choice.Owners[row] switch
    {
        // Compared with only some of the tasks, the kernel would seem to be wrong.
        TaskChoice.Truth => _isWhole,
        TaskChoice.Machine => IsWithin(row),
        TaskChoice.Cgroup => IsWithin(row) && NewId(_events.Tasks[row]) >= 0,
        -1 => _choice.IsKeptIdle(row),
        int task => _choice.IsKept[task],
    };

    private bool IsWithin(int row) => _events.TimesNs[row] >= _fromNs && _events.TimesNs[row] <= _toNs;

    // Ids stay in the order of first appearance. A parent that is not kept also gets one, because its allocations belong to its children.
    private void Number(int task)
    {
        if (task >= 0 && _newIds[task] < 0)
            _newIds[task] = _tasks++;
    }

    private void AddRow(EventColumns kept, int row) => kept.Add(
        _events.TimesNs[row], _events.Cpus[row], _events.Kinds[row], NewId(_events.Tasks[row]), NewId(_events.Others[row]),
        _events.Tids[row], _events.Comms[row], _events.Values[row]);

    private int NewId(int task) => task < 0 ? -1 : _newIds[task];

    private TraceFacts FactsOf(EventColumns kept, EventFilter filter)
    {
        TraceFacts facts = _events.Facts;
        long cut = _events.Count - kept.Count;
        int tasksCut = _choice.IsKept.Count(isKept => !isKept);
        string joint = facts.Filter.Length == 0 ? filter.ToString() : $"{facts.Filter} {filter}";
        return facts with
        {
            // Results over a part differ from results over the whole, and must not replace them in a database.
            Digest = facts.Digest.Length == 0 ? "" : RecordingDigest.OfPart(facts.Digest, filter.ToString()),
            Filter = joint,
            EventsCut = facts.EventsCut + cut,
            TasksCut = facts.TasksCut + tasksCut,
            EventsStored = kept.Count,
            EventsByKind = Counts(kept),
            FirstNs = kept.Count == 0 ? 0 : kept.TimesNs[0],
            LastNs = kept.Count == 0 ? 0 : kept.TimesNs[^1],
            Tasks = _tasks,
            Issues = [.. facts.Issues, Issue(filter, tasksCut, cut)],
        };
    }

    private static ImportIssue Issue(EventFilter filter, int tasksCut, long cut) => new(
        tasksCut == 0 ? IssueSeverity.Information : IssueSeverity.Warning,
        TraceFacts.FilteredCode,
        FormattableString.Invariant($"Cut by {filter}: {tasksCut} tasks with {cut} events; the rest is not the load of a whole machine."),
        1);

    // Kinds without rows were only counted, over the whole recording. Those counts stay.
    private ImmutableSortedDictionary<string, long> Counts(EventColumns kept)
    {
        ImmutableSortedDictionary<string, long> counts = _events.Facts.EventsByKind;
        long[] before = CountsOf(_events), after = CountsOf(kept);
        foreach (EventKind kind in EventKinds.All)
        {
            string name = EventKinds.Name(kind);
            if (before[(int)kind] > 0)
                counts = after[(int)kind] > 0 ? counts.SetItem(name, after[(int)kind]) : counts.Remove(name);
        }

        return counts;
    }

    private static long[] CountsOf(EventTable events)
    {
        long[] counts = new long[EventKinds.TableLength];
        foreach (EventKind kind in events.Kinds)
            counts[(int)kind]++;
        return counts;
    }
}
