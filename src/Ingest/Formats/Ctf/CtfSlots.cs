namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Marks the fields that mean something, by their names.</summary>
internal static class CtfSlots
{
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
    public static string? BindEvent(CtfType? type, CtfKnownEvent known)
    {
        Bind(type, known.SlotOf);
        if (!known.IsTidRunning && !Has(type, CtfSlot.Tid))
            return known.Tid;
        return known.Kind == EventKind.Switch && !Has(type, CtfSlot.Value) ? known.Value : null;
    }

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
    None,
    Tid,
    Other,
    Comm,
    NextComm,
    Value,
    CacheName,
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

/// <summary>Which fields of a kernel event, by LTTng's names (instrumentation/events in lttng-modules), fill a row.</summary>
internal sealed record CtfKnownEvent(string Name, EventKind Kind, string Tid, string Other = "", string Comm = "", string Value = "")
{
    private const string Running = "(running)";

    /// <summary>The events that a stack's life can be told from.</summary>
    public static ImmutableArray<CtfKnownEvent> All { get; } =
    [
        new("sched_switch", EventKind.Switch, "prev_tid", "next_tid", "prev_comm", "prev_state"),
        new("sched_process_fork", EventKind.Fork, "child_tid", "parent_tid", "child_comm"),
        new("sched_process_exec", EventKind.Exec, "tid", Value: "old_tid"),
        new("sched_process_exit", EventKind.Exit, "tid", Comm: "comm", Value: "group_dead"),
        new("sched_process_free", EventKind.Free, "tid", Running, "comm"),
        new("sched_process_wait", EventKind.Wait, Running, "tid", "comm"),
        new("sched_wakeup_new", EventKind.WakeupNew, "tid", Running, "comm", "target_cpu"),
        new("sched_wakeup", EventKind.Wakeup, "tid", Running, "comm", "target_cpu"),
        new("sched_migrate_task", EventKind.Migrate, "tid", Running, "comm", "dest_cpu"),
        new("irq_softirq_entry", EventKind.RcuSoftirqEntry, Running, Value: "vec"),
        new("irq_softirq_exit", EventKind.RcuSoftirqExit, Running, Value: "vec"),
        new("kmem_cache_alloc", EventKind.TaskAlloc, Running, Value: "bytes_req"),
    ];

    public bool IsTidRunning => Tid == Running;
    public bool IsOtherRunning => Other == Running;

    public CtfSlot SlotOf(string field)
    {
        if (field == Tid)
            return CtfSlot.Tid;
        if (field == Other)
            return CtfSlot.Other;
        if (field == Comm)
            return CtfSlot.Comm;
        if (field == Value)
            return CtfSlot.Value;
        return (Kind, field) switch
        {
            (EventKind.Switch, "next_comm") => CtfSlot.NextComm,
            (EventKind.TaskAlloc, "name") => CtfSlot.CacheName,
            _ => CtfSlot.None,
        };
    }
}
