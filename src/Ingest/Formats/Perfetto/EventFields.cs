namespace ForkTrace.Ingest.Formats.Perfetto;

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

    /// <summary>Takes a field's number or bytes.</summary>
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
