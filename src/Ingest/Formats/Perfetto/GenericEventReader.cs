namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// Reads GenericFtraceEvent (protos/perfetto/trace/ftrace/generic.proto): event_name = 1, field = 2 { name = 1, str_value = 3,
/// int_value = 4, uint_value = 5 }. Names are compared in every event, and not stored.
/// </summary>
internal sealed class GenericEventReader
{
    private readonly (byte[] Event, EventShape Shape, (byte[] Name, RowSlot Slot)[] Fields)[] _known =
        [.. KnownTracepoints.Named.Select(known => (Encoding.ASCII.GetBytes(known.Name), new EventShape(known, []), Fields(known)))];

    /// <summary>Fills in the fields if the event is known; false if it is damaged.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, ref EventFields fields, out EventShape? shape, out ReadOnlySpan<byte> name)
    {
        shape = null;
        name = default;
        ProtoReader head = new(message);
        while (head.TryNext())
        {
            if (head.Field == 1)
                name = head.Bytes;
        }

        if (head.IsDamaged)
            return false;
        foreach (var known in _known)
        {
            if (!name.SequenceEqual(known.Event))
                continue;
            shape = known.Shape;
            return TryReadFields(message, known.Fields, ref fields);
        }

        return true;
    }

    private static bool TryReadFields(ReadOnlySpan<byte> message, (byte[] Name, RowSlot Slot)[] known, ref EventFields fields)
    {
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 2 && !TryReadField(reader.Bytes, known, ref fields))
                return false;
        }

        return true;
    }

    private static bool TryReadField(ReadOnlySpan<byte> message, (byte[] Name, RowSlot Slot)[] known, ref EventFields fields)
    {
        ReadOnlySpan<byte> name = default, text = default;
        ulong number = 0;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                name = reader.Bytes;
            else if (reader.Field == 3)
                text = reader.Bytes;
            else
                number = reader.Number;
        }

        foreach ((byte[] knownName, RowSlot slot) in known)
        {
            if (name.SequenceEqual(knownName))
                fields.Set(slot, number, text);
        }

        return !reader.IsDamaged;
    }

    private static (byte[] Name, RowSlot Slot)[] Fields(KnownTracepoint known)
    {
        string?[] names = [.. known.Tid, known.Other, known.Comm, known.Value, "next_comm", "size", "align", "name", "target", "dst_root", "dst_path"];
        return
        [
            .. names.OfType<string>().Distinct()
                .Select(name => (Encoding.ASCII.GetBytes(name), Slot: known.SlotOf(name)))
                .Where(field => field.Slot != RowSlot.None),
        ];
    }
}
