using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>
/// Writes a CTF 1.8 trace with the layout of LTTng's kernel tracer: compact event headers with 27 bits of the clock, packets of one CPU.
/// Either byte order; metadata as text or in packets.
/// </summary>
public sealed class CtfWriter(bool bigEndian)
{
    private const int EventsInPacket = 30;
    private const long WallClockNs = 1_700_000_000_000_000_000;

    private static readonly (string Name, string[] Fields)[] s_events =
    [
        ("sched_switch", ["prev_comm", "prev_tid", "prev_prio", "prev_state:64", "next_comm", "next_tid", "next_prio"]),
        ("sched_process_fork", ["parent_comm", "parent_tid", "child_comm", "child_tid", "vtids:seq"]),
        ("sched_process_exit", ["comm", "tid", "prio"]),
        ("sched_process_free", ["comm", "tid", "prio"]),
        ("sched_process_exec", ["filename:text", "tid", "old_tid"]),
        ("irq_softirq_entry", ["vec"]),
        ("kmem_cache_alloc", ["call_site:64", "ptr:64", "bytes_req:64", "bytes_alloc:64", "gfp_flags"]),
        ("kmem_cache_alloc_node", ["call_site:64", "ptr:64", "bytes_req:64", "bytes_alloc:64", "gfp_flags", "node"]),
        ("task_newtask", ["pid", "comm", "clone_flags:64", "oom_score_adj"]),
    ];

    /// <summary>Alignment of integers in bits: 8 where a tracer packs them, 32 where it aligns them naturally.</summary>
    public int Align { get; init; } = 8;

    public bool IsMetadataPacketised { get; init; }

    /// <summary>True for large headers: 16 bits of id, 32 bits of the clock.</summary>
    public bool IsLarge { get; init; }

    /// <summary>True for the context of <c>lttng add-context -k -t tid</c>.</summary>
    public bool HasTidContext { get; init; } = true;

    /// <summary>True for the kernel's field names in sched_process_exec, as in older lttng-modules.</summary>
    public bool HasPidsOfExec { get; init; }

    /// <summary>True for the form of perf data convert --to-ctf: event names with the system, the kernel's fields, comms as
    /// texts.</summary>
    public bool IsOfPerf { get; init; }

    /// <summary>The kernel's release.</summary>
    public string Kernel { get; init; } = "6.1.0-44-amd64";

    /// <summary>Version of lttng-modules: major, minor, and the patch level if it is given.</summary>
    public string Tracer { get; init; } = "2.13";

    /// <summary>prev_state of every task that died, instead of the recording's.</summary>
    public int? Dead { get; init; }

    /// <summary>Number of events discarded up to the end of a CPU's packet, by the packet's number.</summary>
    public Func<int, long> Discarded { get; init; } = _ => 0;

    /// <summary>Writes a folder: metadata and a file for each CPU.</summary>
    public void Write(string folder, IReadOnlyList<RecordedEvent> events)
    {
        Directory.CreateDirectory(folder);
        byte[] metadata = IsMetadataPacketised ? Packetised(Metadata()) : Encoding.UTF8.GetBytes(Metadata());
        File.WriteAllBytes(Path.Combine(folder, "metadata"), metadata);
        foreach (IGrouping<int, RecordedEvent> ofCpu in events.GroupBy(one => one.Cpu))
            File.WriteAllBytes(Path.Combine(folder, $"channel0_{ofCpu.Key}"), Stream(ofCpu.Key, [.. ofCpu]));
    }

    public byte[] Stream(int cpu, IReadOnlyList<RecordedEvent> events)
    {
        List<byte> stream = [];
        for (int first = 0, packet = 0; first < events.Count; first += EventsInPacket, packet++)
            stream.AddRange(Packet(cpu, packet, [.. events.Skip(first).Take(EventsInPacket)]));
        return [.. stream];
    }

    public string Metadata()
    {
        StringBuilder text = new("/* CTF 1.8 */\n");
        foreach (int size in (int[])[8, 16, 32, 64])
            text.Append($"typealias integer {{ size = {size}; align = {(size == 8 ? 8 : Align)}; signed = false; }} := uint{size}_t;\n");
        text.Append($"typealias integer {{ size = 64; align = {Align}; signed = false; }} := unsigned long;\n")
            .Append("typealias integer { size = 5; align = 1; signed = false; } := uint5_t;\n")
            .Append($"trace {{ major = 1; minor = 8; byte_order = {(bigEndian ? "be" : "le")};\n")
            .Append("\tpacket.header := struct { uint32_t magic; uint8_t uuid[16]; uint32_t stream_id; }; };\n")
            .Append($"env {{ hostname = \"vm\"; domain = \"kernel\"; {(IsOfPerf ? "release" : "kernel_release")} = \"{Kernel}\";\n")
            .Append($"\ttracer_name = \"{(IsOfPerf ? "perf" : "lttng-modules")}\"; {Version()} }};\n")
            .Append($"clock {{ name = \"monotonic\"; freq = 1000000000; /* Hz */ offset = {WallClockNs}; }};\n");
        foreach (int size in (int[])[27, 32, 64])
        {
            text.Append($"typealias integer {{ size = {size}; align = {(size == 27 ? 1 : Align)}; signed = false;")
                .Append($" map = clock.monotonic.value; }} := uint{size}_clock_monotonic_t;\n");
        }

        text.Append("struct packet_context { uint64_clock_monotonic_t timestamp_begin; uint64_clock_monotonic_t timestamp_end;\n")
            .Append("\tuint64_t content_size; uint64_t packet_size; uint64_t packet_seq_num;\n")
            .Append("\tunsigned long events_discarded; uint32_t cpu_id; };\n")
            .Append(Header("event_header_compact", "uint5_t", 30, "uint27"))
            .Append(Header("event_header_large", "uint16_t", 65534, "uint32"))
            .Append($"stream {{ id = 0; event.header := struct event_header_{(IsLarge ? "large" : "compact")};\n")
            .Append("\tpacket.context := struct packet_context;\n");
        if (HasTidContext)
            text.Append($"\tevent.context := struct {{ integer {{ size = 32; align = {Align}; signed = 1; }} _tid; }};\n");
        text.Append("};\n");
        for (int id = 0; id < s_events.Length; id++)
            text.Append(Event(id));
        return text.ToString();
    }

    private string Version() =>
        string.Join(' ', Tracer.Split('.').Zip(["major", "minor", "patchlevel"], (number, part) => $"tracer_{part} = {number};"));

    private static string Header(string name, string id, int compact, string clock) =>
        $"struct {name} {{ enum : {id} {{ compact = 0 ... {compact}, extended = {compact + 1} }} id; variant <id> {{\n"
        + $"\tstruct {{ {clock}_clock_monotonic_t timestamp; }} compact;\n"
        + "\tstruct { uint32_t id; uint64_clock_monotonic_t timestamp; } extended; } v; } align(8);\n";

    private string Event(int id)
    {
        StringBuilder text = new($"event {{ name = \"{NameOf(id)}\"; id = {id}; stream_id = 0; fields := struct {{\n");
        foreach (string field in FieldsOf(id))
        {
            string[] parts = field.Split(':');
            text.Append('\t');
            if (IsOfPerf && parts[0].EndsWith("comm", StringComparison.Ordinal))
                text.Append($"string {{ encoding = ASCII; }} _{parts[0]};\n");
            else if (parts[0].EndsWith("comm", StringComparison.Ordinal))
                text.Append($"integer {{ size = 8; align = 8; signed = 0; encoding = UTF8; base = 10; }} _{parts[0]}[16];\n");
            else if (field.EndsWith(":text", StringComparison.Ordinal))
                text.Append($"string _{parts[0]};\n");
            else if (field.EndsWith(":seq", StringComparison.Ordinal))
                text.Append(Sequence(parts[0]));
            else
                text.Append(Integer(parts.ElementAtOrDefault(1) ?? "32", parts[0]));
        }

        return text.Append("}; };\n").ToString();
    }

    private string NameOf(int id)
    {
        string name = s_events[id].Name;
        string system = name.Split('_')[0];
        return IsOfPerf ? $"{system}:{name}" : name;
    }

    private IEnumerable<string> FieldsOf(int id)
    {
        string[] fields = s_events[id].Fields;
        IEnumerable<string> kernels = fields.Where(field => field != "vtids:seq")
            .Select(field => field.Replace("tid", "pid", StringComparison.Ordinal));
        if (IsOfPerf)
            return kernels.Prepend("common_pid");
        return HasPidsOfExec && s_events[id].Name == "sched_process_exec" ? kernels : fields;
    }

    private string Integer(string size, string name) =>
        $"integer {{ size = {size}; align = {Align}; signed = 1; encoding = none; base = 10; }} _{name};\n";

    private string Sequence(string name) =>
        $"integer {{ size = 8; align = 8; signed = 0; }} __{name}_length;"
        + $" integer {{ size = 32; align = {Align}; signed = 1; }} _{name}[ __{name}_length ];\n";

    private byte[] Packet(int cpu, int number, RecordedEvent[] events)
    {
        // The sizes are known only after the rest is written, so the packet is written twice.
        long content = 0;
        for (int round = 0; ; round++)
        {
            BitWriter bits = new(bigEndian);
            bits.Align(Align).Number(0xC1FC1FC1, 32).Bytes(new byte[16]).Align(Align).Number(0, 32);
            bits.Align(Align == 8 ? 8 : 64).Number((ulong)events[0].TimeNs, 64).Number((ulong)events[^1].TimeNs, 64)
                .Number((ulong)content, 64).Number((ulong)Padded(content), 64)
                .Number((ulong)number, 64).Number((ulong)Discarded(number), 64)
                .Align(Align).Number((ulong)cpu, 32);
            long previous = events[0].TimeNs;
            foreach (RecordedEvent one in events)
            {
                Event(bits, one, previous);
                previous = one.TimeNs;
            }

            content = bits.Count;
            if (round == 1)
                return bits.ToArray((int)(Padded(content) / 8));
        }
    }

    private static long Padded(long bits) => (bits + 1023) / 1024 * 1024;

    private void Event(BitWriter bits, RecordedEvent one, long previousNs)
    {
        int id = Array.FindIndex(s_events, known => known.Name == one.Name);
        int idBits = IsLarge ? 16 : 5, clockBits = IsLarge ? 32 : 27;
        bool fits = one.TimeNs - previousNs < 1L << clockBits;
        bits.Align(IsLarge ? Math.Max(8, Align == 8 ? 8 : Align) : 8);
        bits.Number(fits ? (ulong)id : (1UL << idBits) - 1, idBits);
        if (fits)
            bits.Align(IsLarge ? Align : 1).Number((ulong)one.TimeNs & ((1UL << clockBits) - 1), clockBits);
        else
            bits.Align(Align).Number((ulong)id, 32).Align(Align).Number((ulong)one.TimeNs, 64);
        if (HasTidContext)
            bits.Align(Align).Number((uint)one.Running, 32);
        foreach (string field in FieldsOf(id))
            Field(bits, one, field);
    }

    private void Field(BitWriter bits, RecordedEvent one, string field)
    {
        string name = field.Split(':')[0];
        if (name == "vtids")
            bits.Align(8).Number(2, 8).Align(Align).Number(1, 32).Align(Align).Number(2, 32);
        else if (IsOfPerf && name.EndsWith("comm", StringComparison.Ordinal))
            bits.Align(8).Bytes(Encoding.UTF8.GetBytes(one.Text(name) + "\0"));
        else if (name.EndsWith("comm", StringComparison.Ordinal))
            bits.Align(8).Bytes(Encoding.UTF8.GetBytes(one.Text(name).PadRight(16, '\0')));
        else if (name == "filename")
            bits.Align(8).Bytes(Encoding.UTF8.GetBytes(one.Text(name) + "\0"));
        else
            bits.Align(Align).Number((ulong)Value(one, name), field.EndsWith(":64", StringComparison.Ordinal) ? 64 : 32);
    }

    // LTTng says tid where the kernel says pid, and its priorities begin at 0.
    private long Value(RecordedEvent one, string name) => name switch
    {
        "prev_state" => one.PrevState == 0 ? 0 : Dead ?? one.PrevState,
        "clone_flags" => (long)one.CloneFlags,
        "common_pid" => one.Running,
        _ => one.Fields.TryGetValue(name.Replace("tid", "pid", StringComparison.Ordinal), out string? value)
            ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : 0,
    };

    private byte[] Packetised(string text)
    {
        const int TextInPacket = 500;
        List<byte> packets = [];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int first = 0; first < bytes.Length; first += TextInPacket)
        {
            byte[] part = [.. bytes.Skip(first).Take(TextInPacket)];
            BitWriter head = new(bigEndian);
            head.Number(0x75D11D57, 32).Bytes(new byte[16]).Number(0, 32).Number((ulong)(37 + part.Length) * 8, 32).Number(600 * 8, 32)
                .Bytes([0, 0, 0, 1, 8]).Bytes(part);
            packets.AddRange(head.ToArray(600));
        }

        return [.. packets];
    }

    /// <summary>Writes bits in order. The first bit of a byte is the lowest, or the highest in big-endian traces.</summary>
    private sealed class BitWriter(bool bigEndian)
    {
        private readonly List<bool> _bits = [];

        public long Count => _bits.Count;

        public BitWriter Align(int align)
        {
            while (_bits.Count % align != 0)
                _bits.Add(false);
            return this;
        }

        public BitWriter Number(ulong value, int size)
        {
            for (int bit = 0; bit < size; bit++)
                _bits.Add(((value >> (bigEndian ? size - 1 - bit : bit)) & 1) != 0);
            return this;
        }

        public BitWriter Bytes(ReadOnlySpan<byte> bytes)
        {
            foreach (byte one in bytes)
                Number(one, 8);
            return this;
        }

        public byte[] ToArray(int bytes)
        {
            byte[] whole = new byte[bytes];
            for (int bit = 0; bit < _bits.Count; bit++)
            {
                if (_bits[bit])
                    whole[bit / 8] |= (byte)(bigEndian ? 0x80 >> (bit % 8) : 1 << (bit % 8));
            }

            return whole;
        }
    }
}
