namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Which field of an event's message fills which part of a row: a <see cref="KnownTracepoint"/> bound to field numbers.</summary>
internal sealed class EventShape
{
    // More than any event has that a row is made of.
    private const int FieldsMax = 32;
    private const string Running = "common_pid";
    private readonly EventSlot[] _slots = new EventSlot[FieldsMax];

    private EventShape(KnownTracepoint known)
    {
        Known = known;
        Kind = known.Kind;
        IsTidRunning = known.Tid.Contains(Running);
        IsOtherRunning = known.Other == Running;
    }

    public KnownTracepoint Known { get; }
    public EventKind Kind { get; }

    /// <summary>True if the subject is the running thread where the event does not say another.</summary>
    public bool IsTidRunning { get; }

    public bool IsOtherRunning { get; }

    /// <summary>Known events by name, without the function tracer's and without probes, whose group a trace does not tell.</summary>
    public static ImmutableArray<KnownTracepoint> Named { get; } =
        [.. KnownTracepoints.All.Where(known => known.System is not ("ftrace" or "gt"))];

    /// <summary>Binds an event to the numbers that its message's fields have.</summary>
    public static EventShape Of(KnownTracepoint known, IEnumerable<(string Name, int Number)> fields)
    {
        EventShape shape = new(known);
        foreach ((string name, int number) in fields)
        {
            if (number is > 0 and < FieldsMax)
                shape._slots[number] = SlotOf(known, name);
        }

        return shape;
    }

    /// <summary>The part of a row that a field of that name fills.</summary>
    public static EventSlot SlotOf(KnownTracepoint known, string name)
    {
        if (known.Tid.Contains(name))
            return EventSlot.Tid;
        if (name == known.Other)
            return EventSlot.Other;
        if (name == known.Comm)
            return EventSlot.Comm;
        if (name == known.Value)
            return EventSlot.Value;
        return (known.Kind, name) switch
        {
            (EventKind.Switch, "next_comm") => EventSlot.NextComm,
            (EventKind.StackMap, "size") => EventSlot.Size,
            (EventKind.StackMap, "align") => EventSlot.Align,
            (EventKind.CpuDown, "target") => EventSlot.Size,
            (EventKind.TaskAlloc, "name") => EventSlot.CacheName,
            _ => EventSlot.None,
        };
    }

    /// <summary>
    /// The field that an event of this shape has not and cannot do without, else null; one that the shape has room for is damaged without
    /// it, which is no business of this.
    /// </summary>
    public string? MissingField(in EventFields fields)
    {
        if (!fields.HasTid && !IsTidRunning && !_slots.Contains(EventSlot.Tid))
            return Known.Tid[0];
        return Kind == EventKind.Switch && !fields.HasValue && !_slots.Contains(EventSlot.Value) ? Known.Value : null;
    }

    /// <summary>The part of a row that the field of that number fills.</summary>
    public EventSlot Slot(int field) => (uint)field < FieldsMax ? _slots[field] : EventSlot.None;
}

/// <summary>What a field of an event's message is to a row.</summary>
internal enum EventSlot : byte
{
    None,
    Tid,
    Other,
    Comm,
    NextComm,
    Value,
    Size,
    Align,
    CacheName,
}

/// <summary>The fields of one event as its message is walked.</summary>
internal ref struct EventFields
{
    public long TimeNs;

    /// <summary>The thread that ran on the CPU.</summary>
    public int Running;

    public long Tid;
    public long Other;
    public long Value;
    public long Size;
    public long Align;
    public ReadOnlySpan<byte> Comm;
    public ReadOnlySpan<byte> NextComm;
    public ReadOnlySpan<byte> CacheName;
    public bool HasTid;
    public bool HasOther;
    public bool HasValue;

    public void Set(EventSlot slot, ulong number, ReadOnlySpan<byte> bytes)
    {
        switch (slot)
        {
            case EventSlot.Tid:
                (Tid, HasTid) = ((long)number, true);
                break;
            case EventSlot.Other:
                (Other, HasOther) = ((long)number, true);
                break;
            case EventSlot.Value:
                (Value, HasValue) = ((long)number, true);
                break;
            case EventSlot.Size:
                Size = (long)number;
                break;
            case EventSlot.Align:
                Align = (long)number;
                break;
            case EventSlot.Comm:
                Comm = bytes;
                break;
            case EventSlot.NextComm:
                NextComm = bytes;
                break;
            case EventSlot.CacheName:
                CacheName = bytes;
                break;
            default:
                break;
        }
    }
}
