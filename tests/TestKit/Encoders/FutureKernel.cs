using System.Globalization;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>
/// Recorded events in layouts that a future kernel might have: format texts and records that match each other, but no existing kernel.
/// </summary>
public sealed class FutureKernel(bool bigEndian = false)
{
    private const int FirstId = 1700;

    // The kernel's own order of fields.
    private static readonly (string System, string Name, string[] Fields)[] s_events =
    [
        ("task", "task_newtask", ["pid", "comm", "clone_flags", "oom_score_adj"]),
        ("sched", "sched_process_fork", ["parent_comm", "parent_pid", "child_comm", "child_pid"]),
        ("sched", "sched_process_exit", ["comm", "pid", "prio"]),
        ("sched", "sched_process_free", ["comm", "pid", "prio"]),
        ("sched", "sched_switch", ["prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio"]),
    ];

    /// <summary>Size of a pid (also of common_pid) in bytes.</summary>
    public int PidBytes { get; init; } = 4;

    /// <summary>Declaration of prev_state, which determines its size: <c>long</c> today.</summary>
    public string StateType { get; init; } = "long";

    /// <summary>Form of comms in a record: "array" of 16 bytes, "__data_loc", "__rel_loc", or "array of 32".</summary>
    public string Comms { get; init; } = "array";

    /// <summary>True for a field before common_type, and two more after common_pid.</summary>
    public bool HasNewCommonFields { get; init; }

    /// <summary>True for an event's own fields in reverse order.</summary>
    public bool IsReversed { get; init; }

    /// <summary>A field's name today and in the future kernel, in every event.</summary>
    public (string Old, string New)? Renamed { get; init; }

    /// <summary>The format texts.</summary>
    public (string System, string Text)[] Formats => [.. s_events.Select((one, index) => (one.System, Text(one.Name, index)))];

    /// <summary>The id of an event in the common_type of its records.</summary>
    public static int IdOf(string name) => FirstId + Array.FindIndex(s_events, one => one.Name == name);

    /// <summary>An event's record.</summary>
    public byte[] Record(RecordedEvent one)
    {
        List<(string Declaration, string Name, int Offset, int Size)> fields = Layout(IdOf(one.Name) - FirstId);
        byte[] record = new byte[fields.Max(field => field.Offset + field.Size)];
        record.AsSpan().Fill(0xEE);
        List<byte> texts = [];
        foreach ((string declaration, string name, int offset, int size) in fields)
        {
            if (!name.EndsWith("comm", StringComparison.Ordinal))
                Write(record.AsSpan(offset, size), Number(one, name));
            else if (declaration.Contains("_loc", StringComparison.Ordinal))
            {
                byte[] text = Encoding.UTF8.GetBytes(one.Text(name) + "\0");
                int from = declaration.Contains("__rel", StringComparison.Ordinal) ? offset + size : 0;
                Write(record.AsSpan(offset, size), ((long)text.Length << 16) | (uint)(record.Length + texts.Count - from));
                texts.AddRange(text);
            }
            else
            {
                record.AsSpan(offset, size).Clear();
                Encoding.UTF8.GetBytes(one.Text(name), record.AsSpan(offset, size));
            }
        }

        return [.. record, .. texts];
    }

    private static long Number(RecordedEvent one, string name) => name switch
    {
        "common_type" => IdOf(one.Name),
        "common_pid" => one.Running,
        "clone_flags" => (long)one.CloneFlags,
        "prev_state" => one.PrevState,
        _ => one.Fields.TryGetValue(name, out string? value) ? long.Parse(value, CultureInfo.InvariantCulture) : 7,
    };

    private string Text(string name, int index)
    {
        StringBuilder text = new(FormattableString.Invariant($"name: {name}\nID: {FirstId + index}\nformat:\n"));
        bool isOwn = false;
        foreach ((string declaration, string field, int offset, int size) in Layout(index))
        {
            bool isCommon = field.StartsWith("common_", StringComparison.Ordinal);
            if (!isCommon && !isOwn)
                text.Append('\n');
            isOwn |= !isCommon;
            string shown = Renamed is { } renamed && renamed.Old == field ? renamed.New : field;
            string declared = declaration.Contains("char[", StringComparison.Ordinal) && !declaration.Contains("_loc", StringComparison.Ordinal)
                ? FormattableString.Invariant($"char {shown}[{size}]")
                : $"{declaration} {shown}";
            int signed = declaration.StartsWith('u') ? 0 : 1;
            text.Append(CultureInfo.InvariantCulture, $"\tfield:{declared};\toffset:{offset};\tsize:{size};\tsigned:{signed};\n");
        }

        return text.Append("\nprint fmt: \"\", { 0x10, \"X\" }, { 0x20, \"Z\" }\n").ToString();
    }

    private List<(string Declaration, string Name, int Offset, int Size)> Layout(int index)
    {
        (string Type, int Bytes) pid = PidBytes == 8 ? ("s64", 8) : ("pid_t", 4);
        List<(string Type, string Name, int Bytes)> fields = HasNewCommonFields ? [("u64", "common_context", 8)] : [];
        fields.Add(("unsigned short", "common_type", 2));
        fields.Add(("unsigned char", "common_flags", 1));
        fields.Add(("unsigned char", "common_preempt_count", 1));
        fields.Add((pid.Type, "common_pid", pid.Bytes));
        if (HasNewCommonFields)
            fields.AddRange([("unsigned char", "common_preempt_lazy_count", 1), ("u32", "common_cgroup", 4)]);
        string[] own = s_events[index].Fields;
        foreach (string name in IsReversed ? own.Reverse() : own)
            fields.Add(Declared(name, pid));
        List<(string Declaration, string Name, int Offset, int Size)> layout = [];
        int at = 0;
        foreach ((string type, string name, int bytes) in fields)
        {
            int alignment = type.Contains("char", StringComparison.Ordinal) && bytes != 4 ? 1 : bytes;
            at = (at + alignment - 1) / alignment * alignment;
            layout.Add((type, name, at, bytes));
            at += bytes;
        }

        return layout;
    }

    private (string Type, string Name, int Bytes) Declared(string name, (string Type, int Bytes) pid)
    {
        if (name.EndsWith("comm", StringComparison.Ordinal))
        {
            return Comms switch
            {
                "array" => ("char[]", name, 16),
                "array of 32" => ("char[]", name, 32),
                _ => ($"{Comms} char[]", name, 4),
            };
        }

        return name switch
        {
            "clone_flags" => ("unsigned long", name, 8),
            "prev_state" => (StateType, name, StateType.Split(' ')[^1] switch { "short" => 2, "int" => 4, _ => 8 }),
            _ when name.EndsWith("pid", StringComparison.Ordinal) => (pid.Type, name, pid.Bytes),
            _ => ("int", name, 4),
        };
    }

    private void Write(Span<byte> at, long value)
    {
        for (int index = 0; index < at.Length; index++)
            at[bigEndian ? at.Length - 1 - index : index] = (byte)(value >> (8 * index));
    }
}
