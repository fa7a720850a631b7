using System.Collections.Immutable;
using ForkTrace.Events;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>The gaps that lines tell of: "CPU:3 [LOST 1234 EVENTS]" stands before the first event after the gap on that CPU.</summary>
internal sealed class TextLosses
{
    // A damaged line can claim any number; sums of these cannot overflow.
    private const long EventsMax = 1L << 40;

    private readonly List<LossInterval> _losses = [];
    private readonly SortedDictionary<int, LossInterval> _open = [];

    /// <summary>True while a CPU's gap has no end yet.</summary>
    public bool IsAnyOpen { get; private set; }

    /// <summary>Events lost in all, as far as they were counted.</summary>
    public long Lost { get; private set; }

    /// <summary>A gap on a CPU that begins at its latest event; -1 for an unknown number.</summary>
    public void Open(int cpu, long fromNs, long events)
    {
        events = Math.Min(events, EventsMax);
        Lost = Math.Min(Lost + Math.Max(0, events), long.MaxValue / 2);
        if (_open.TryGetValue(cpu, out LossInterval? open))
            _open[cpu] = open with { Events = events < 0 || open.Events < 0 ? -1 : Math.Min(open.Events + events, EventsMax) };
        else
            _open[cpu] = new LossInterval(cpu, fromNs, long.MaxValue, events);
        IsAnyOpen = true;
    }

    /// <summary>An event came on that CPU: its gap ends.</summary>
    public void Close(int cpu, long toNs)
    {
        if (!_open.Remove(cpu, out LossInterval? open))
            return;
        _losses.Add(open with { ToNs = toNs });
        IsAnyOpen = _open.Count > 0;
    }

    /// <summary>A gap whose both ends are known; -1 for an unknown number.</summary>
    public void Add(int cpu, long fromNs, long toNs, long events)
    {
        events = Math.Min(events, EventsMax);
        Lost = Math.Min(Lost + Math.Max(0, events), long.MaxValue / 2);
        _losses.Add(new LossInterval(cpu, fromNs, toNs, events));
    }

    /// <summary>All gaps; those that no event ended reach to the end of the recording.</summary>
    public ImmutableArray<LossInterval> All() => [.. _losses, .. _open.Values];
}
