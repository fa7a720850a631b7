namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Which part of a row each field of an event's message fills: a <see cref="KnownTracepoint"/> bound to field numbers.</summary>
internal sealed class EventShape
{
    // No event that becomes a row has more fields.
    private const int FieldsMax = 32;
    private readonly RowSlot[] _slots = new RowSlot[FieldsMax];

    public EventShape(KnownTracepoint known, IEnumerable<(string Name, int Number)> fields)
    {
        Known = known;
        foreach ((string name, int number) in fields)
        {
            if (number is > 0 and < FieldsMax)
                _slots[number] = known.SlotOf(name);
        }
    }

    public KnownTracepoint Known { get; }
    public EventKind Kind => Known.Kind;

    /// <summary>
    /// Name of a necessary field that events of this shape cannot have; null if there is none. If the shape has the field but an event
    /// lacks it, that event is damaged, which is not reported here.
    /// </summary>
    public string? MissingField(in EventFields fields)
    {
        if (!fields.HasTid && !Known.IsTidRunning && !_slots.Contains(RowSlot.Tid))
            return Known.Tid[0];
        return Kind == EventKind.Switch && !fields.HasValue && !_slots.Contains(RowSlot.Value) ? Known.Value : null;
    }

    /// <summary>The part of a row that the field with that number fills.</summary>
    public RowSlot Slot(int field) => (uint)field < FieldsMax ? _slots[field] : RowSlot.None;
}

/// <summary>The fields of one event, filled while its message is read.</summary>
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
    public ReadOnlySpan<byte> CgroupPath;
    public bool HasTid;
    public bool HasOther;
    public bool HasValue;

    public void Set(RowSlot slot, ulong number, ReadOnlySpan<byte> bytes)
    {
        switch (slot)
        {
            case RowSlot.Tid:
                (Tid, HasTid) = ((long)number, true);
                break;
            case RowSlot.Other:
                (Other, HasOther) = ((long)number, true);
                break;
            case RowSlot.Value:
                (Value, HasValue) = ((long)number, true);
                break;
            case RowSlot.Size:
                Size = (long)number;
                break;
            case RowSlot.Align:
                Align = (long)number;
                break;
            case RowSlot.Comm:
                Comm = bytes;
                break;
            case RowSlot.NextComm:
                NextComm = bytes;
                break;
            case RowSlot.CacheName:
                CacheName = bytes;
                break;
            case RowSlot.CgroupPath:
                CgroupPath = bytes;
                break;
        }
    }
}
