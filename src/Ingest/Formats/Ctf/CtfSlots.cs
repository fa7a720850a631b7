namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Marks the fields that are needed, by their names.</summary>
internal static class CtfSlots
{
    private static readonly string[] s_recorded =
    [
        "sched_switch", "sched_process_fork", "sched_process_exec", "sched_process_exit", "sched_process_free", "sched_process_wait",
        "sched_wakeup_new", "sched_wakeup", "sched_migrate_task", "softirq_entry", "softirq_exit", "kmem_cache_alloc",
        "kmem_cache_alloc_node",
    ];

    // By LTTng's names (instrumentation/events in lttng-modules).
    private static readonly ImmutableArray<CtfTracepoint> s_known =
        [.. KnownTracepoints.All.Where(known => s_recorded.Contains(known.Name)).Select(known => new CtfTracepoint(Renamed(known), known))];

    /// <summary>
    /// The event with that name; null if it does not affect stacks. The name is LTTng's, or has the system as in the output of perf data
    /// convert --to-ctf: <c>sched:sched_switch</c>.
    /// </summary>
    public static CtfTracepoint? Find(string name)
    {
        if (!name.Contains(':', StringComparison.Ordinal))
            return s_known.FirstOrDefault(one => one.Row.Name == name);
        KnownTracepoint? known = KnownTracepoints.Named.FirstOrDefault(one => one.FullName == name && one.Kind != EventKind.Cgroup);
        return known is null ? null : new CtfTracepoint(known, known);
    }

    /// <summary>Marks fields in packet header and packet context.</summary>
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

    /// <summary>Marks the event's id in the event header. The last id counts, because a small id can mean that a large one
    /// follows.</summary>
    public static void BindHeader(CtfType? type) => Bind(type, name => name == "id" ? CtfSlot.EventId : CtfSlot.None);

    /// <summary>Marks fields in contexts that the user added (<c>lttng add-context -k -t tid</c>).</summary>
    public static void BindContext(CtfType? type) => Bind(type, name => name == "tid" ? CtfSlot.Running : CtfSlot.None);

    /// <summary>Marks an event's own fields. Returns the name of a missing field that is necessary, else null.</summary>
    public static string? BindEvent(CtfType? type, CtfTracepoint found)
    {
        // Older lttng-modules use the kernel's name in some events (_pid of sched_process_exec). In other events that is the process's pid.
        KnownTracepoint known = found.Row;
        Bind(type, name => SlotOf(known, name));
        if (!known.IsTidRunning && !Has(type, CtfSlot.Tid))
            Bind(type, name => SlotOf(found.Kernels, name));
        if (!known.IsTidRunning && !Has(type, CtfSlot.Tid))
            return known.Tid[0];
        return known.Kind == EventKind.Switch && !Has(type, CtfSlot.Value) ? known.Value : null;
    }

    // perf also converts the kernel's common fields.
    private static CtfSlot SlotOf(KnownTracepoint known, string name) =>
        name == KnownTracepoint.Running ? CtfSlot.Running : (CtfSlot)known.SlotOf(name);

    // LTTng calls a pid a tid, and adds the system to the names of softirq events.
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

/// <summary>The meaning of a field for a row or a packet.</summary>
internal enum CtfSlot : byte
{
    None = RowSlot.None,
    Tid = RowSlot.Tid,
    Other = RowSlot.Other,
    Comm = RowSlot.Comm,
    NextComm = RowSlot.NextComm,
    Value = RowSlot.Value,
    Size = RowSlot.Size,
    Align = RowSlot.Align,
    CacheName = RowSlot.CacheName,
    CgroupPath = RowSlot.CgroupPath,
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

/// <summary>An event that affects a stack.</summary>
/// <param name="Row">How it fills its row, with the recorder's field names.</param>
/// <param name="Kernels">The same with the kernel's field names.</param>
internal sealed record CtfTracepoint(KnownTracepoint Row, KnownTracepoint Kernels);
