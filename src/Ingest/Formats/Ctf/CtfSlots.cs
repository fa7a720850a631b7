namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Marks the fields that mean something, by their names.</summary>
internal static class CtfSlots
{
    private static readonly string[] s_recorded =
    [
        "sched_switch", "sched_process_fork", "sched_process_exec", "sched_process_exit", "sched_process_free", "sched_process_wait",
        "sched_wakeup_new", "sched_wakeup", "sched_migrate_task", "softirq_entry", "softirq_exit", "kmem_cache_alloc",
    ];

    /// <summary>The events that a stack's life can be told from, by LTTng's names (instrumentation/events in lttng-modules).</summary>
    public static ImmutableArray<KnownTracepoint> Known { get; } =
        [.. KnownTracepoints.All.Where(known => s_recorded.Contains(known.Name)).Select(Renamed)];

    /// <summary>Packet header and packet context.</summary>
    public static void BindPacket(CtfType? type) => Bind(type, name => name switch
    {
        "magic" => CtfSlot.Magic,
        "stream_id" => CtfSlot.StreamId,
        "timestamp_begin" => CtfSlot.TimestampBegin,
        "timestamp_end" => CtfSlot.TimestampEnd,
        "content_size" => CtfSlot.ContentBits,
        "packet_size" => CtfSlot.PacketBits,
        "events_discarded" => CtfSlot.Discarded,
        "cpu_id" => CtfSlot.Cpu,
        "packet_seq_num" => CtfSlot.Sequence,
        _ => CtfSlot.None,
    });

    /// <summary>Event header: the last id that is read is the event's, for a small one may say that a large one follows.</summary>
    public static void BindHeader(CtfType? type) => Bind(type, name => name == "id" ? CtfSlot.EventId : CtfSlot.None);

    /// <summary>Contexts that a user added (<c>lttng add-context -k -t tid</c>).</summary>
    public static void BindContext(CtfType? type) => Bind(type, name => name == "tid" ? CtfSlot.Running : CtfSlot.None);

    /// <summary>An event's own fields; the name of one that it cannot do without and has not, else null.</summary>
    public static string? BindEvent(CtfType? type, KnownTracepoint known)
    {
        Bind(type, name => (CtfSlot)known.SlotOf(name));
        if (!known.IsTidRunning && !Has(type, CtfSlot.Tid))
            return known.Tid[0];
        return known.Kind == EventKind.Switch && !Has(type, CtfSlot.Value) ? known.Value : null;
    }

    // LTTng calls a pid a tid, and puts the system before the names of softirqs.
    private static KnownTracepoint Renamed(KnownTracepoint known) => new(
        known.System,
        known.System == "irq" ? $"irq_{known.Name}" : known.Name,
        known.Kind,
        [.. known.Tid.Select(field => Renamed(field)!)],
        Renamed(known.Other),
        known.Comm,
        Renamed(known.Value));

    private static string? Renamed(string? field) =>
        field == KnownTracepoint.Running ? field : field?.Replace("pid", "tid", StringComparison.Ordinal);

    private static bool Has(CtfType? type, CtfSlot slot) => type is not null && type.Fields.Any(field => field.Slot == slot);

    private static void Bind(CtfType? type, Func<string, CtfSlot> slotOf)
    {
        if (type is null)
            return;
        foreach (CtfField field in type.Fields)
        {
            field.Slot = slotOf(field.Name.StartsWith('_') ? field.Name[1..] : field.Name);
            if (field.Type.Kind is CtfTypeKind.Structure or CtfTypeKind.Variant)
                Bind(field.Type, slotOf);
        }
    }
}

/// <summary>What a field is to a row, or to the packet that it lies in.</summary>
internal enum CtfSlot : byte
{
    None = RowSlot.None,
    Tid = RowSlot.Tid,
    Other = RowSlot.Other,
    Comm = RowSlot.Comm,
    NextComm = RowSlot.NextComm,
    Value = RowSlot.Value,
    CacheName = RowSlot.CacheName,
    Running,
    EventId,
    Magic,
    StreamId,
    TimestampBegin,
    TimestampEnd,
    ContentBits,
    PacketBits,
    Discarded,
    Cpu,
    Sequence,
}
