using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes a recording's events as a NetTrace of version 6, by the public description of the format (NetTraceFormat.md).</summary>
public sealed class NetTraceWriter
{
    private const int EventsInBlock = 50;
    private const int Int32 = 9, Int64 = 11, UInt64 = 12, FixedArray = 22, Utf8 = 23, DataLoc = 25;

    private static readonly (string Name, string[] Fields)[] s_events =
    [
        ("sched_switch", ["prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio"]),
        ("task_newtask", ["pid", "comm", "clone_flags"]),
        ("sched_process_fork", ["parent_comm", "parent_pid", "child_comm", "child_pid"]),
        ("sched_process_exit", ["comm", "pid", "prio"]),
        ("sched_process_free", ["comm", "pid", "prio"]),
    ];

    private readonly List<byte> _bytes = [];

    /// <summary>Comms as __data_loc, as since Linux 6.16, instead of 16 bytes in place.</summary>
    public bool IsDataLoc { get; init; }

    public bool IsCompressed { get; init; } = true;

    /// <summary>Only what Universal.System says: starts and ends of processes.</summary>
    public bool IsProcessesOnly { get; init; }

    /// <summary>Sequence numbers that are left out before the event of that number.</summary>
    public Func<int, uint> Dropped { get; init; } = _ => 0;

    public byte[] Write(IReadOnlyList<RecordedEvent> events)
    {
        _bytes.AddRange("Nettrace"u8);
        foreach (int word in (int[])[0, 6, 0])
            _bytes.AddRange(Word(word));
        Block(1, Trace());
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
            List<byte> fields = [.. Word(s_events[index].Fields.Length, 2)];
            foreach (string field in s_events[index].Fields)
                fields.AddRange(Sized([.. Text(field), .. Type(field)]));
            byte[] id = Var((ulong)index + 1);
            rows.AddRange(Sized([.. id, .. Text("linux"), .. id, .. Text($"sched/{s_events[index].Name}"), .. fields, .. Word(0, 2)]));
        }

        return [.. rows];
    }

    private byte[] Type(string field) => field switch
    {
        "prev_state" => [Int64],
        "clone_flags" => [UInt64],
        _ when !field.EndsWith("comm", StringComparison.Ordinal) => [Int32],
        _ => IsDataLoc ? [DataLoc, Utf8] : [FixedArray, Utf8, 16, 0],
    };

    private static byte[] Threads(int[] tids) =>
        [.. tids.SelectMany((tid, index) => Sized([.. Var((ulong)index + 1), 2, .. Var((uint)tid), 3, .. Var((uint)tid)]))];

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
                block.AddRange([1 | 2 | 4 | 128, .. Var((uint)metadata), .. Var(sequence - previousSequence - 1), .. Var(77)]);
                block.AddRange(Var((uint)one.Cpu));
                block.AddRange([.. Var((uint)thread), .. Var((ulong)(one.TimeNs - previousNs)), .. Var((uint)payload.Length)]);
            }
            else
            {
                block.AddRange([.. Word(48 + payload.Length), .. Word(metadata), .. Word(sequence), .. Word(thread, 8), .. Word(77, 8)]);
                block.AddRange([.. Word(one.Cpu), .. Word(0), .. Word(one.TimeNs, 8), .. Word(0), .. Word(payload.Length)]);
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
        int fixedBytes = fields.Sum(field => Type(field)[0] switch { Int64 or UInt64 => 8, FixedArray => 16, _ => 4 });
        List<byte> head = [], texts = [];
        foreach (string field in fields)
        {
            if (field is "prev_state" or "clone_flags")
                head.AddRange(Word(field == "prev_state" ? one.PrevState : (long)one.CloneFlags, 8));
            else if (!field.EndsWith("comm", StringComparison.Ordinal))
                head.AddRange(Word(one.Int(field)));
            else if (!IsDataLoc)
                head.AddRange(Encoding.UTF8.GetBytes(one.Text(field).PadRight(16, '\0')));
            else
            {
                byte[] text = [.. Encoding.UTF8.GetBytes(one.Text(field)), 0];
                head.AddRange([.. Word(fixedBytes + texts.Count, 2), .. Word(text.Length, 2)]);
                texts.AddRange(text);
            }
        }

        return [.. head, .. texts];
    }
}
