namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>An event that the metadata describes.</summary>
/// <param name="Format">Its fields, in a record that consists of a generated common header and the payload.</param>
/// <param name="HasPid">True if the payload contains the kernel's common_pid.</param>
/// <param name="HasSampleValue">True if the payload begins with a varuint that is not part of the kernel's record.</param>
/// <param name="DataLocs">Offsets in the record of words that point into the payload, relative to the payload's start.</param>
internal sealed record NetTraceEvent(EventFormat Format, bool HasPid, bool HasSampleValue, ImmutableArray<int> DataLocs)
{
    /// <summary>Bytes of the generated header: common_type u16, two unused bytes, common_pid i32.</summary>
    public const int HeadBytes = 8;
}

/// <summary>
/// Reads metadata rows of version 6: <c>size u16, id, provider, event id, name, fields, ...</c>. A field is <c>size u16, name, type</c>.
/// TraceEvent reads types and places of fields too, but does not expose them.
/// </summary>
internal sealed class NetTraceMetadata
{
    private const int FieldsMax = 256;
    private const int Boolean32 = 3, Int8 = 5, Byte = 6, UInt32 = 10, UInt64 = 12, VarUInt = 21;
    private const int FixedLengthArray = 22, Utf8CodeUnit = 23, RelLoc = 24, DataLoc = 25, Boolean8 = 26;

    private readonly List<NetTraceEvent> _events = [];
    private readonly Dictionary<(string Provider, ushort Id), int> _places = [];

    /// <summary>All events. An event's index is the id in its records.</summary>
    public IReadOnlyList<NetTraceEvent> Events => _events;

    /// <summary>True if fields of an event are not described and were assumed to be where the kernel has them.</summary>
    public bool HasAssumedFields { get; private set; }

    /// <summary>The index of an event, by provider and number as in TraceEvent; -1 if there is none.</summary>
    public int PlaceOf(string provider, ushort id) => _places.GetValueOrDefault((provider.ToUpperInvariant(), id), -1);

    /// <summary>Adds the events of a block whose content begins at <paramref name="offset"/> in the file.</summary>
    public void Read(ReadOnlySpan<byte> block, long offset)
    {
        VarReader rows = new(block);
        rows.Bytes(rows.UInt16());
        while (!rows.IsAtEnd && _events.Count <= ushort.MaxValue)
        {
            long rowOffset = offset + block.Length - rows.Remaining;
            VarReader row = new(rows.Bytes(rows.UInt16()));
            row.Var();
            string provider = row.Text();
            ushort id = (ushort)row.Var();
            string name = row.Text();
            VarReader fields = row;
            if (row.IsDamaged || !FieldCheck.IsSound(ref row))
            {
                string allowed = "fields that end within the row, types within types at most 8 deep";
                Reject.Invalid("a metadata row of a nettrace", rowOffset, "damaged", allowed);
            }

            Add(provider, id, ReadEvent(provider, name, _events.Count, ref fields), rowOffset);
        }

        if (rows.IsDamaged)
            Reject.Invalid("a metadata block of a nettrace", offset, "damaged", "rows that end within the block");
    }

    // The same description can come again, after a sequence point that ends the earlier one.
    private void Add(string provider, ushort id, NetTraceEvent added, long offset)
    {
        int place = PlaceOf(provider, id);
        if (place >= 0 && !_events[place].Format.Fields.SequenceEqual(added.Format.Fields))
            Reject.Invalid($"event {id} of a provider in a nettrace", offset, "described a second time, with other fields", "one event");
        if (place >= 0)
            return;
        _places.Add((provider.ToUpperInvariant(), id), _events.Count);
        _events.Add(added);
    }

    private NetTraceEvent ReadEvent(string provider, string fullName, int place, ref VarReader row)
    {
        string name = fullName[(fullName.LastIndexOfAny(['/', ':']) + 1)..];
        KnownTracepoint? known = KnownTracepoints.Named.FirstOrDefault(one => one.Name == name);
        List<FieldFormat> fields = [new FieldFormat("common_type", "unsigned short", 0, 2, false)];
        List<int> dataLocs = [];
        bool hasSampleValue = false;
        int end = 0;
        if (known is not null)
            end = ReadFields(ref row, fields, dataLocs, out hasSampleValue);
        bool hasPid = fields.Any(field => field.Name == "common_pid");
        HasAssumedFields |= hasPid && UndescribedFields.TryAdd(name, end, fields, dataLocs);
        if (!hasPid)
            fields.Add(new FieldFormat("common_pid", "int", 4, 4, true));
        EventFormat format = new(known?.System ?? provider, name, place, [.. fields], "");
        return new NetTraceEvent(format, hasPid, hasSampleValue, [.. dataLocs]);
    }

    // Reads up to the first field whose place depends on the payload; kernel records have no such field. Returns the end of the fields.
    private static int ReadFields(ref VarReader row, List<FieldFormat> fields, List<int> dataLocs, out bool hasSampleValue)
    {
        hasSampleValue = false;
        int offset = NetTraceEvent.HeadBytes;
        int count = Math.Min((int)row.UInt16(), FieldsMax);
        for (int index = 0; index < count; index++)
        {
            VarReader field = new(row.Bytes(row.UInt16()));
            string name = field.Text();
            (string type, int size, bool isSigned) = ReadType(name, ref field, out int code);
            if (index == 0 && code == VarUInt)
            {
                hasSampleValue = true;
                continue;
            }

            if (field.IsDamaged || size == 0 || offset + size > ushort.MaxValue)
                break;
            if (name != "common_type")
                fields.Add(new FieldFormat(name, type, offset, size, isSigned));
            if (type.StartsWith("__data_loc", StringComparison.Ordinal))
                dataLocs.Add(offset);
            offset += size;
        }

        return offset;
    }

    // Size 0 means that the size depends on the payload. one-collect describes the kernel's __data_loc as a comm of 32 bits.
    private static (string Type, int Size, bool IsSigned) ReadType(string name, ref VarReader field, out int code)
    {
        code = field.Byte();
        if (code == UInt32 && name.EndsWith("comm", StringComparison.Ordinal))
            return ("__data_loc char[]", 4, false);
        if (code is >= Int8 and <= UInt64)
        {
            int size = 1 << ((code - Int8) / 2);
            return (size == 1 ? "char" : "number", size, code % 2 == 1);
        }

        switch (code)
        {
            case Boolean32:
                return ("bool", 4, false);
            case Boolean8 or Utf8CodeUnit:
                return ("char", 1, false);
            case RelLoc or DataLoc:
                return (code == RelLoc ? "__rel_loc char[]" : "__data_loc char[]", 4, false);
            case FixedLengthArray:
                int element = field.Byte();
                int length = field.UInt16();
                return element is Int8 or Byte or Utf8CodeUnit ? ("char[]", length, false) : ("", 0, false);
            default:
                return ("", 0, false);
        }
    }
}

/// <summary>
/// The fields that one-collect does not describe, because it stops at the first array and at the first pid_t. These records have the same
/// layout in Linux 3.0 to 6.18 (include/trace/events/sched.h, task.h), except that since 6.16 some comms are elsewhere, which is described.
/// </summary>
internal static class UndescribedFields
{
    // The end of the described fields in the kernel's record, then names and sizes of the next fields. Numbers are aligned to their size.
    private static readonly (string Event, int End, string Fields)[] s_layouts =
    [
        ("sched_switch", 8, "prev_comm:16 prev_pid:4 prev_prio:4 prev_state:8 next_comm:16 next_pid:4 next_prio:4"),
        ("sched_process_fork", 8, "parent_comm:16 parent_pid:4 child_comm:16 child_pid:4"),
        ("sched_process_fork", 12, "parent_pid:4 child_comm:loc child_pid:4"),
        ("sched_process_exit", 8, "comm:16 pid:4 prio:4"),
        ("sched_process_free", 8, "comm:16 pid:4 prio:4"),
        ("sched_process_free", 12, "pid:4 prio:4"),
        ("task_newtask", 8, "pid:4 comm:16 clone_flags:8"),
    ];

    /// <summary>Adds the missing fields of an event whose fields are described up to <paramref name="end"/>. False if the event is not in
    /// the table.</summary>
    public static bool TryAdd(string name, int end, List<FieldFormat> fields, List<int> dataLocs)
    {
        int recordEnd = end - NetTraceEvent.HeadBytes;
        string? rest = s_layouts.FirstOrDefault(layout => layout.Event == name && layout.End == recordEnd).Fields;
        foreach (string field in rest?.Split(' ') ?? [])
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            string text = field[(colon + 1)..];
            (string type, int size, int alignment) = text switch
            {
                "loc" => ("__data_loc char[]", 4, 4),
                "16" => ("char[]", 16, 1),
                _ => ("number", int.Parse(text, CultureInfo.InvariantCulture), int.Parse(text, CultureInfo.InvariantCulture)),
            };
            int offset = (recordEnd + alignment - 1) / alignment * alignment;
            fields.Add(new FieldFormat(field[..colon], type, NetTraceEvent.HeadBytes + offset, size, type == "number"));
            if (text == "loc")
                dataLocs.Add(NetTraceEvent.HeadBytes + offset);
            recordEnd = offset + size;
        }

        return rest is not null;
    }
}
