using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes a recording's events as NetTrace version 6, by the public description of the format (NetTraceFormat.md).</summary>
public sealed class NetTraceWriter
{
    private const int EventsInBlock = 50;
    private const int Byte = 6, UInt16 = 8, Int32 = 9, UInt32 = 10, Int64 = 11, UInt64 = 12, VarUInt = 21;
    private const int FixedArray = 22, Utf8 = 23, DataLoc = 25;
    private const int CommonBytes = 8;

    private static readonly (string Name, string[] Fields)[] s_events =
    [
        ("sched_switch", ["prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio"]),
        ("task_newtask", ["pid", "comm", "clone_flags"]),
        ("sched_process_fork", ["parent_comm", "parent_pid", "child_comm", "child_pid"]),
        ("sched_process_exit", ["comm", "pid", "prio"]),
        ("sched_process_free", ["comm", "pid", "prio"]),
    ];

    private readonly List<byte> _bytes = [];

    /// <summary>True for comms as __data_loc, as since Linux 6.16, instead of 16 bytes in the record.</summary>
    public bool IsDataLoc { get; init; }

    public bool IsCompressed { get; init; } = true;

    /// <summary>
    /// True for the tracepoints of one-collect: the kernel's record from common_type on, __data_loc comms as numbers, and no description of
    /// fields from the first array comm or pid on. With <see cref="IsDataLoc"/>, the comms that Linux 6.16 changed are __data_loc.
    /// </summary>
    public bool IsOneCollect { get; init; }

    /// <summary>With <see cref="IsOneCollect"/>: true for a sample value before the kernel's record.</summary>
    public bool HasSampleValue { get; init; }

    /// <summary>True if rows guarantee that later events are not older, as one-collect's rows do.</summary>
    public bool IsSorted { get; init; } = true;

    /// <summary>Number that is added to all CPU numbers.</summary>
    public int FirstCpu { get; init; }

    /// <summary>True for only the events of Universal.System: starts and ends of processes.</summary>
    public bool IsProcessesOnly { get; init; }

    /// <summary>How many sequence numbers are skipped before an event, by the event's index.</summary>
    public Func<int, uint> Dropped { get; init; } = _ => 0;

    /// <summary>A trace of a Trace block and these blocks.</summary>
    public static byte[] OfBlocks(params (int Kind, byte[] Content)[] blocks)
    {
        NetTraceWriter writer = new();
        writer.Head();
        foreach ((int kind, byte[] content) in blocks)
            writer.Block(kind, content);
        writer.Block(0, []);
        return [.. writer._bytes];
    }

    /// <summary>A metadata block of one event whose fields are given as bytes.</summary>
    public static byte[] MetadataOf(string provider, string name, byte[] fields) =>
        [.. Word(0, 2), .. Sized([.. Var(1), .. Text(provider), .. Var(1), .. Text(name), .. fields, .. Word(0, 2)])];

    public byte[] Write(IReadOnlyList<RecordedEvent> events)
    {
        Head();
        Block(3, Metadata());
        int[] tids = [.. events.SelectMany(one => new[] { one.Running, Subject(one) }).Distinct()];
        Block(6, Threads(tids));
        uint sequence = 0;
        for (int first = 0; first < events.Count; first += EventsInBlock)
            Block(2, Events([.. events.Skip(first).Take(EventsInBlock)], first, tids, ref sequence));
        Block(0, []);
        return [.. _bytes];
    }

    private static int Subject(RecordedEvent one) => one.Name switch
    {
        "sched_process_fork" => one.Int("child_pid"),
        "sched_switch" => one.Int("prev_pid"),
        _ => one.Int("pid"),
    };

    private static byte[] Word(long value, int size = 4)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..size];
    }

    private static byte[] Var(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static byte[] Text(string text) => [.. Var((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Sized(byte[] row) => [.. Word(row.Length, 2), .. row];

    // 2023-11-14 22:13:20 UTC at 5 s.
    private static byte[] Trace()
    {
        int[] date = [2023, 11, 2, 14, 22, 13, 20, 0];
        return
        [
            .. date.SelectMany(part => Word(part, 2)), .. Word(5_000_000_000, 8), .. Word(1_000_000_000, 8), .. Word(8), .. Word(1),
            .. Text("HardwareThreadCount"), .. Text("2"),
        ];
    }

    private void Head()
    {
        _bytes.AddRange("Nettrace"u8);
        foreach (int word in (int[])[0, 6, 0])
            _bytes.AddRange(Word(word));
        Block(1, Trace());
    }

    private void Block(int kind, byte[] content)
    {
        _bytes.AddRange(Word(content.Length | (kind << 24)));
        _bytes.AddRange(content);
    }

    private byte[] Metadata()
    {
        List<byte> rows = [.. Word(0, 2)];
        if (IsProcessesOnly)
        {
            foreach ((ulong id, string name) in ((ulong, string)[])[(1, "ProcessCreate"), (2, "ProcessExit")])
                rows.AddRange(Sized([.. Var(id), .. Text("Universal.System"), .. Var(id), .. Text(name), .. Word(0, 2), .. Word(0, 2)]));
            return [.. rows];
        }

        for (int index = 0; index < s_events.Length; index++)
        {
            (string Name, byte[] Type)[] described = [.. Described(s_events[index].Name, s_events[index].Fields)];
            List<byte> fields = [.. Word(described.Length, 2)];
            foreach ((string field, byte[] type) in described)
                fields.AddRange(Sized([.. Text(field), .. type]));
            byte[] id = Var((ulong)index + 1);
            string name = IsOneCollect ? s_events[index].Name : $"sched/{s_events[index].Name}";
            rows.AddRange(Sized([.. id, .. Text(IsOneCollect ? "sched" : "linux"), .. id, .. Text(name), .. fields, .. Word(0, 2)]));
        }

        return [.. rows];
    }

    private IEnumerable<(string Name, byte[] Type)> Described(string name, string[] fields)
    {
        if (!IsOneCollect)
            return fields.Select(field => (field, Type(name, field)));
        List<(string Name, byte[] Type)> described =
            [("common_type", [UInt16]), ("common_flags", [Byte]), ("common_preempt_count", [Byte]), ("common_pid", [Int32])];
        if (HasSampleValue)
            described.Insert(0, ("Value", [VarUInt]));
        described.AddRange(fields.TakeWhile(field => IsElsewhere(name, field)).Select(field => (field, (byte[])[UInt32])));
        return described;
    }

    private static bool IsComm(string field) => field.EndsWith("comm", StringComparison.Ordinal);

    private bool IsElsewhere(string name, string field) =>
        IsDataLoc && IsComm(field) && (!IsOneCollect || name is "sched_process_fork" or "sched_process_free");

    private byte[] Type(string name, string field) => field switch
    {
        "prev_state" => [Int64],
        "clone_flags" => [UInt64],
        _ when !IsComm(field) => [Int32],
        _ => IsElsewhere(name, field) ? [DataLoc, Utf8] : [FixedArray, Utf8, 16, 0],
    };

    // The first thread is the capturing one.
    private static byte[] Threads(int[] tids) =>
        [.. tids.Prepend(0).SelectMany((tid, index) => Sized([.. Var((ulong)index), 2, .. Var((uint)tid), 3, .. Var((uint)tid)]))];

    private byte[] Events(RecordedEvent[] events, int first, int[] tids, ref uint sequence)
    {
        List<byte> block = [.. Word(20, 2), .. Word(IsCompressed ? 1 : 0, 2), .. Word(events[0].TimeNs, 8), .. Word(events[^1].TimeNs, 8)];
        uint previousSequence = 0;
        long previousNs = 0;
        for (int index = 0; index < events.Length; index++)
        {
            RecordedEvent one = events[index];
            sequence += 1 + Dropped(first + index);
            int thread = Array.IndexOf(tids, IsProcessesOnly ? Subject(one) : one.Running) + 1;
            int known = Array.FindIndex(s_events, known => known.Name == one.Name) + 1;
            int metadata = !IsProcessesOnly ? known : one.Name == "sched_process_fork" ? 1 : 2;
            byte[] payload = IsProcessesOnly ? Process(one) : Payload(one);
            if (IsCompressed)
            {
                int flags = 1 | 2 | 4 | 128 | (IsSorted ? 64 : 0);
                block.AddRange([(byte)flags, .. Var((uint)metadata), .. Var(sequence - previousSequence - 1), .. Var(0)]);
                block.AddRange(Var((uint)(one.Cpu + FirstCpu)));
                block.AddRange([.. Var((uint)thread), .. Var((ulong)(one.TimeNs - previousNs)), .. Var((uint)payload.Length)]);
            }
            else
            {
                uint id = (uint)metadata | (IsSorted ? 0 : 1u << 31);
                block.AddRange([.. Word(48 + payload.Length), .. Word(id), .. Word(sequence), .. Word(thread, 8), .. Word(0, 8)]);
                block.AddRange([.. Word(one.Cpu + FirstCpu), .. Word(0), .. Word(one.TimeNs, 8), .. Word(0), .. Word(payload.Length)]);
            }

            block.AddRange(payload);
            (previousSequence, previousNs) = (sequence, one.TimeNs);
        }

        return [.. block];
    }

    private static byte[] Process(RecordedEvent one)
    {
        if (one.Name != "sched_process_fork")
            return [];
        byte[] name = Encoding.UTF8.GetBytes(one.Text("child_comm"));
        return [.. Var(4_026_531_836), .. Word(name.Length, 2), .. name, .. Word(0, 2)];
    }

    private byte[] Payload(RecordedEvent one)
    {
        string[] fields = s_events.Single(known => known.Name == one.Name).Fields;
        List<byte> head = [], texts = [];
        if (IsOneCollect)
            head.AddRange([.. Word(0, 4), .. Word(one.Running)]);
        int fixedBytes = (IsOneCollect ? CommonBytes : 0)
            + fields.Sum(field => Type(one.Name, field)[0] switch { Int64 or UInt64 => 8, FixedArray => 16, _ => 4 });
        foreach (string field in fields)
        {
            // The kernel aligns its numbers. That leaves a gap only after a pid and an array comm.
            if (IsOneCollect && field == "clone_flags")
                head.AddRange(new byte[4]);
            if (field is "prev_state" or "clone_flags")
                head.AddRange(Word(field == "prev_state" ? one.PrevState : (long)one.CloneFlags, 8));
            else if (!IsComm(field))
                head.AddRange(Word(one.Int(field)));
            else if (!IsElsewhere(one.Name, field))
                head.AddRange(Encoding.UTF8.GetBytes(one.Text(field).PadRight(16, '\0')));
            else
            {
                byte[] text = [.. Encoding.UTF8.GetBytes(one.Text(field)), 0];
                head.AddRange([.. Word(fixedBytes + texts.Count, 2), .. Word(text.Length, 2)]);
                texts.AddRange(text);
            }
        }

        return HasSampleValue ? [.. Var(300), .. head, .. texts] : [.. head, .. texts];
    }
}
