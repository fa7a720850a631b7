using System.IO.Compression;

namespace ForkTrace.TestKit.Encoders;

/// <summary>
/// Writes a recording's events as Perfetto would record them, by the public schema (protos/perfetto/trace): bundles of one CPU; switches
/// compact or as events; events as separate messages, by name (generic) or described in the trace.
/// </summary>
public sealed class PerfettoEncoder
{
    private const int EventsInBundle = 40;
    private const int DescribedMin = 65536;

    // Field numbers are positions, because the schema was generated from the kernel's formats.
    private static readonly (string Name, int Number, string[] Fields)[] s_events =
    [
        ("sched_switch", 4, ["prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio"]),
        ("task_newtask", 235, ["pid", "comm", "clone_flags", "oom_score_adj"]),
        ("sched_process_exit", 238, ["comm", "pid", "tgid", "prio"]),
        ("sched_process_fork", 239, ["parent_comm", "parent_pid", "child_comm", "child_pid"]),
        ("sched_process_free", 240, ["comm", "pid", "prio"]),
    ];

    public bool IsCompact { get; init; }

    public bool IsGeneric { get; init; }

    public bool IsDescribed { get; init; }

    /// <summary>A field's name in the kernel, and the name that the recorder writes, in every event.</summary>
    public (string Old, string New)? Renamed { get; init; }

    /// <summary>True for described fields in reverse order, with other numbers.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Field number of packed packets: 50 for zlib, 133 for zstd, 0 for none.</summary>
    public int PackedField { get; init; }

    public byte[] Encode(IReadOnlyList<RecordedEvent> events)
    {
        ProtoWriter trace = new();
        trace.Message(1, new ProtoWriter().Message(45, System()));
        trace.Message(1, new ProtoWriter().Message(6, Clocks()));
        ProtoWriter packets = new();
        for (int first = 0; first < events.Count; first += EventsInBundle)
        {
            IEnumerable<RecordedEvent> part = events.Skip(first).Take(EventsInBundle);
            foreach (IGrouping<int, RecordedEvent> ofCpu in part.GroupBy(one => one.Cpu))
                packets.Message(1, new ProtoWriter().Number(10, 2).Message(1, Bundle(ofCpu.Key, [.. ofCpu])));
        }

        if (PackedField == 0)
            return trace.Raw(packets.ToArray()).ToArray();
        byte[] packed = PackedField == 133 ? ZstdFrames.Pack(packets.ToArray()) : Deflate(packets.ToArray());
        return trace.Message(1, new ProtoWriter().Bytes(PackedField, packed)).ToArray();
    }

    /// <summary>utsname and the rest of SystemInfo, which the service writes first.</summary>
    public static ProtoWriter System() => new ProtoWriter()
        .Message(1, new ProtoWriter().Text(1, "Linux").Text(2, "#1 SMP").Text(3, "6.1.0-44-amd64").Text(4, "x86_64"))
        .Text(4, "Perfetto v49.0").Number(8, 2);

    /// <summary>Unix time 1 700 000 000 s at boot time 5 s.</summary>
    public static ProtoWriter Clocks() => new ProtoWriter()
        .Message(1, new ProtoWriter().Number(1, 6).Number(2, 5_000_000_000))
        .Message(1, new ProtoWriter().Number(1, 1).Number(2, 1_700_000_000_000_000_000))
        .Message(1, new ProtoWriter().Number(1, 3).Number(2, 4_000_000_000));

    /// <summary>An event with its message in <paramref name="field"/>.</summary>
    public static ProtoWriter Event(long timeNs, int running, int field, ProtoWriter body) =>
        new ProtoWriter().Number(1, timeNs).Number(2, (uint)running).Message(field, body);

    private static byte[] Deflate(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Optimal))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private static (string Text, long Number, bool IsText) Value(RecordedEvent one, string field)
    {
        if (field.EndsWith("comm", StringComparison.Ordinal))
            return (one.Text(field), 0, true);
        return ("", field switch { "clone_flags" => (long)one.CloneFlags, "prev_state" => one.PrevState, _ => one.Int(field) }, false);
    }

    private ProtoWriter Bundle(int cpu, RecordedEvent[] events)
    {
        ProtoWriter bundle = new ProtoWriter().Number(1, cpu);
        foreach (RecordedEvent one in events)
        {
            if (!IsCompact || one.Name != "sched_switch")
                bundle.Message(2, Encode(one));
        }

        if (IsCompact)
            bundle.Message(4, Compact(events));
        for (int index = 0; IsDescribed && index < s_events.Length; index++)
            bundle.Message(11, Descriptor(index));
        return bundle;
    }

    private ProtoWriter Encode(RecordedEvent one)
    {
        int index = Array.FindIndex(s_events, known => known.Name == one.Name);
        if (IsGeneric)
            return Event(one.TimeNs, one.Running, 327, Generic(one, s_events[index].Fields));
        ProtoWriter body = new();
        for (int field = 0; field < s_events[index].Fields.Length; field++)
        {
            if (!one.Fields.ContainsKey(s_events[index].Fields[field]))
                continue;
            (string text, long number, bool isText) = Value(one, s_events[index].Fields[field]);
            _ = isText ? body.Text(NumberOf(field), text) : body.Number(NumberOf(field), number);
        }

        return Event(one.TimeNs, one.Running, IsDescribed ? DescribedMin + index : s_events[index].Number, body);
    }

    private int NumberOf(int field) => IsReversed ? 20 - field : field + 1;

    private string Shown(string field) => Renamed is { } renamed && renamed.Old == field ? renamed.New : field;

    private ProtoWriter Generic(RecordedEvent one, string[] fields)
    {
        ProtoWriter body = new ProtoWriter().Text(1, one.Name);
        foreach (string field in fields.Where(one.Fields.ContainsKey))
        {
            (string text, long number, bool isText) = Value(one, field);
            ProtoWriter pair = new ProtoWriter().Text(1, Shown(field));
            body.Message(2, isText ? pair.Text(3, text) : pair.Number(field == "clone_flags" ? 5 : 4, number));
        }

        return body;
    }

    private ProtoWriter Descriptor(int index)
    {
        (string name, _, string[] fields) = s_events[index];
        ProtoWriter message = new ProtoWriter().Text(1, name);
        for (int field = 0; field < fields.Length; field++)
        {
            message.Message(2, new ProtoWriter().Text(1, Shown(fields[field])).Number(3, NumberOf(field)).Number(4, 1)
                .Number(5, fields[field].EndsWith("comm", StringComparison.Ordinal) ? 9 : 3));
        }

        string group = name.StartsWith("task", StringComparison.Ordinal) ? "task" : "sched";
        return new ProtoWriter().Number(1, DescribedMin + index).Text(3, group).Message(2, message);
    }

    // The recording has only switches away from dead tasks, but compact bundles have every switch. So a switch to each thread is added just
    // before the first event that shows it running. Switches between living tasks are not stored by default.
    private static ProtoWriter Compact(RecordedEvent[] events)
    {
        List<(long TimeNs, long State, long Next, string Comm)> switches = [];
        long running = -1;
        foreach (RecordedEvent one in events)
        {
            if (one.Running != running)
                switches.Add((one.TimeNs, 0, one.Running, one.RunningComm));
            running = one.Running;
            if (one.Name != "sched_switch")
                continue;
            running = one.Int("next_pid");
            switches.Add((one.TimeNs, one.PrevState, running, one.Text("next_comm")));
        }

        List<string> comms = [.. switches.Select(one => one.Comm).Distinct()];
        ProtoWriter compact = new();
        foreach (string comm in comms)
            compact.Text(5, comm);
        return compact
            .Packed(1, switches.Select((one, index) => one.TimeNs - (index == 0 ? 0 : switches[index - 1].TimeNs)))
            .Packed(2, switches.Select(one => one.State))
            .Packed(3, switches.Select(one => one.Next))
            .Packed(4, switches.Select(_ => 120L))
            .Packed(6, switches.Select(one => (long)comms.IndexOf(one.Comm)));
    }
}
