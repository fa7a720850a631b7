namespace ForkTrace.Events.Synthesis;

/// <summary>The counts in the facts of generated rows, counted row by row.</summary>
internal sealed class EventCounts
{
    private readonly long[] _byKind = new long[EventKinds.TableLength];
    private long _firstNs = -1;
    private long _lastNs;

    /// <summary>Counts a row; rows come in time order.</summary>
    public void Add(EventKind kind, long timeNs)
    {
        _byKind[(int)kind]++;
        _lastNs = timeNs;
        if (_firstNs < 0)
            _firstNs = timeNs;
    }

    /// <summary>The facts with the counts so far.</summary>
    public TraceFacts On(TraceFacts facts)
    {
        ImmutableSortedDictionary<string, long>.Builder byKind = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        long total = 0;
        foreach (EventKind kind in EventKinds.All)
        {
            total += _byKind[(int)kind];
            if (_byKind[(int)kind] > 0)
                byKind.Add(EventKinds.Name(kind), _byKind[(int)kind]);
        }

        return facts with
        {
            EventsTotal = total,
            EventsStored = total,
            EventsByKind = byKind.ToImmutable(),
            FirstNs = Math.Max(0, _firstNs),
            LastNs = _lastNs,
        };
    }
}
