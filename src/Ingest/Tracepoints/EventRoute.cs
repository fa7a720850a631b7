using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// What is to be done with records of one event id, in 16 bytes: most records of a scheduler trace (switches between living tasks,
/// wake-ups, events that play no part) are only counted, and need no more than this.
/// </summary>
internal readonly struct EventRoute
{
    /// <summary>A record shorter than this is damaged.</summary>
    public readonly int BytesMin;

    /// <summary>Where a switch's prev_state lies, 8 bytes in this machine's order; 0 for what is not told by prev_state.</summary>
    public readonly ushort StateOffset;

    /// <summary>The kind to count; <see cref="EventKind.None"/> for events that play no part.</summary>
    public readonly EventKind Kind;

    /// <summary>True if the record must be looked at: it may become a row.</summary>
    public readonly bool IsRead;

    /// <summary>Bits of prev_state by which a switch is one away from a dead task.</summary>
    public readonly long DeathMask;

    public EventRoute(TracepointPlan plan, bool keepAll)
    {
        BytesMin = plan.IsIgnored ? 0 : plan.MinBytes;
        Kind = plan.Kind;
        bool isOfLife = keepAll || plan.Kind == EventKind.None || EventKinds.IsStoredByDefault(plan.Kind);
        bool isCounted = plan.IsIgnored || (!isOfLife && plan.Probes.IsEmpty);
        if (isCounted && plan.Kind == EventKind.Switch)
        {
            StateOffset = plan.Value.IsNativeLong ? plan.Value.Offset : (ushort)0;
            isCounted = StateOffset != 0;
            DeathMask = plan.DeathMask;
        }

        IsRead = !isCounted;
    }
}
