using System.Collections.Immutable;
using ForkTrace.Ingest.Formats.Perfetto;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Reads metadata rows: <c>size u16, id, provider, event id, name, fields, ...</c>, a field being <c>size u16, name, type</c>.
/// </summary>
internal static class NetTraceMetadata
{
    private const int FieldsMax = 256;
    private const int Boolean32 = 3, Int8 = 5, Byte = 6, UInt64 = 12;
    private const int FixedLengthArray = 22, Utf8CodeUnit = 23, RelLoc = 24, DataLoc = 25, Boolean8 = 26;

    /// <summary>All events of the file, in the order of their rows; a row's place is the id that records of it are given.</summary>
    public static ImmutableArray<NetTraceEvent> ReadAll(TraceInput input)
    {
        ImmutableArray<NetTraceEvent>.Builder events = ImmutableArray.CreateBuilder<NetTraceEvent>();
        BlockWalk blocks = new(input);
        while (blocks.TryNext())
        {
            if (blocks.Kind != BlockKind.Metadata)
                continue;
            VarReader rows = new(blocks.Content);
            rows.Bytes(rows.UInt16());
            while (!rows.IsAtEnd && events.Count <= ushort.MaxValue)
            {
                VarReader row = new(rows.Bytes(rows.UInt16()));
                row.Var();
                events.Add(ReadEvent(ref row, events.Count));
            }
        }

        return events.ToImmutable();
    }

    /// <summary>Ids of a block's rows, in order.</summary>
    public static void ReadIds(ReadOnlySpan<byte> block, ref int place, Dictionary<ulong, int> places)
    {
        VarReader rows = new(block);
        rows.Bytes(rows.UInt16());
        while (!rows.IsAtEnd && place <= ushort.MaxValue)
        {
            VarReader row = new(rows.Bytes(rows.UInt16()));
            places[row.Var()] = place++;
        }
    }

    private static NetTraceEvent ReadEvent(ref VarReader row, int place)
    {
        string provider = row.Text();
        row.Var();
        string fullName = row.Text();
        string name = fullName[(fullName.LastIndexOfAny(['/', ':']) + 1)..];
        KnownTracepoint? known = EventShape.Named.FirstOrDefault(one => one.Name == name);
        ProcessEvent process = provider != "Universal.System" ? ProcessEvent.None
            : name switch { "ProcessCreate" => ProcessEvent.Create, "ProcessExit" => ProcessEvent.Exit, _ => ProcessEvent.None };
        List<FieldFormat> fields = [new FieldFormat("common_type", "unsigned short", 0, 2, false)];
        List<int> dataLocs = [];
        if (process == ProcessEvent.None && known is not null)
            ReadFields(ref row, fields, dataLocs);
        bool hasPid = fields.Any(field => field.Name == "common_pid");
        if (!hasPid)
            fields.Add(new FieldFormat("common_pid", "int", 4, 4, true));
        EventFormat format = new(known?.System ?? provider, name, place, [.. fields], "");
        return new NetTraceEvent(format, hasPid, [.. dataLocs], process);
    }

    // Up to the first field whose place depends on the payload; what the kernel records has none.
    private static void ReadFields(ref VarReader row, List<FieldFormat> fields, List<int> dataLocs)
    {
        int offset = NetTraceEvent.HeadBytes;
        int count = Math.Min((int)row.UInt16(), FieldsMax);
        for (int index = 0; index < count && !row.IsDamaged; index++)
        {
            VarReader field = new(row.Bytes(row.UInt16()));
            string name = field.Text();
            (string type, int size, bool isSigned) = ReadType(ref field);
            if (field.IsDamaged || size == 0 || offset + size > ushort.MaxValue)
                return;
            if (name != "common_type")
                fields.Add(new FieldFormat(name, type, offset, size, isSigned));
            if (type.StartsWith("__data_loc", StringComparison.Ordinal))
                dataLocs.Add(offset);
            offset += size;
        }
    }

    // Size 0 for types whose size depends on the payload.
    private static (string Type, int Size, bool IsSigned) ReadType(ref VarReader field)
    {
        int code = field.Byte();
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
