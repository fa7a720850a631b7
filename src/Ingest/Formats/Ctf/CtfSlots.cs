using ForkTrace.Events;

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
