namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>The part of a recording that has been read. The readers fill it; at the end it becomes a trace.</summary>
internal sealed class PerfettoRecording(bool keepAll) : IDisposable
{
    // A damaged trace can have any number of sequences. Beyond this limit, they are taken for one.
    private const int SequencesMax = 64;

    private readonly Dictionary<(KnownTracepoint Known, string Field), long> _missing = [];
    private readonly Dictionary<ulong, PacketSequence> _sequences = [];

    public bool KeepAll { get; } = keepAll;
    public RecordedSystem System { get; } = new();
    public TraceClocks Clocks { get; } = new();
    public FtraceLosses Losses { get; } = new();
    public ShapeTable Shapes { get; } = new();
    public SkippedEvents Skipped { get; } = new();

    /// <summary>Number of packets, bundles and events that are not valid messages.</summary>
    public long Damaged { get; set; }

    /// <summary>Minimum number of packets with ftrace events that the recorder dropped because its own buffer was full.</summary>
    public long DroppedPackets { get; set; }

    /// <summary>Number of kernel buffer pages that the recorder could not parse.</summary>
    public long KernelErrors { get; set; }

    /// <summary>Number of packets of other machines, which are not read.</summary>
    public long OtherMachines { get; set; }

    /// <summary>Number of switches away from a dead task whose thread is unknown, in compact bundles.</summary>
    public long UnnamedDeaths { get; set; }

    /// <summary>Number of bytes of an incomplete last packet.</summary>
    public long CutBytes { get; set; }

    /// <summary>Time of the latest event of any CPU.</summary>
    public long LatestNs { get; set; } = long.MinValue;

    /// <summary>The sequence with that id, created at its first bundle.</summary>
    public PacketSequence SequenceOf(ulong id)
    {
        if (!_sequences.TryGetValue(id, out PacketSequence? sequence))
        {
            id = _sequences.Count < SequencesMax ? id : ulong.MaxValue;
            if (!_sequences.TryGetValue(id, out sequence))
                _sequences[id] = sequence = new PacketSequence();
        }

        return sequence;
    }

    public DecodedTrace ToTrace()
    {
        if (_sequences.Count == 0)
        {
            Reject.Unsupported(
                "the Perfetto trace has no kernel events; record with the data source linux.ftrace and ftrace_events sched/sched_switch,"
                + " task/task_newtask, sched/sched_process_exit, sched/sched_process_free");
        }

        foreach (((KnownTracepoint known, _), long events) in _missing)
            Skipped.Count(known.FullName, events);
        IssueList issues = Issues();
        return new DecodedTrace
        {
            Streams = TakeStreams(issues),
            Skipped = Skipped.ToNames(Shapes),
            Facts = new TraceFacts
            {
                Format = "perfetto",
                Kernel = System.Kernel,
                Machine = System.Machine,
                Clock = Clocks.Name,
                WallClockOffsetNs = Clocks.WallClockOffsetNs,
                Cpus = Math.Max(System.Cpus, Losses.Cpus),
                Recorder = System.Recorder,
                Lost = Losses.Lost(),
                Losses = Losses.Intervals(),
                Issues = [.. issues],
            },
        };
    }

    /// <summary>Counts an event that lacks a necessary field.</summary>
    public void CountMissing(KnownTracepoint known, string field)
    {
        ref long events = ref CollectionsMarshal.GetValueRefOrAddDefault(_missing, (known, field), out _);
        events++;
    }

    public void Dispose()
    {
        foreach (PacketSequence sequence in _sequences.Values)
            sequence.Dispose();
    }

    private IReadOnlyList<RawEventStream> TakeStreams(IssueList issues)
    {
        IEnumerable<IGrouping<int, RawEventStream>> byCpu =
            _sequences.Values.SelectMany(sequence => sequence.Streams.Take()).GroupBy(stream => stream.Cpu).OrderBy(ofCpu => ofCpu.Key);
        return [.. byCpu.Select(ofCpu => ofCpu.Count() == 1 ? ofCpu.Single() : BufferMerge.Merge([.. ofCpu], issues))];
    }

    private IssueList Issues()
    {
        IssueList issues = new();
        foreach (((KnownTracepoint one, string field), long events) in _missing.OrderBy(one => one.Key.Known.Name, StringComparer.Ordinal))
            EventTallies.TellMissing(issues, one.FullName, field, events);
        int places = Losses.Intervals().Length;
        string howMany = Losses.Lost() > 0 ? "at least so many" : "an unknown number of";
        string lost = $"The recorder could not keep up and dropped {howMany} events, {IssueList.InPlaces(places)}.";
        const string Deaths =
            "The first compact switch of a CPU does not name its previous task, so the last switch of a dead task was not used.";
        string[] missing = [.. Losses.Missing.Where(name => KnownTracepoints.All.Any(known => name == $"{known.System}/{known.Name}"))];
        return issues
            .Loss("several_recordings", System.Others, "Packets of another kernel follow, but were read as one recording: give each as a separate file.")
            .Loss("lost_events", Losses.Lost(), lost, happened: places > 0)
            .Loss("dropped_packets", DroppedPackets, "The recorder dropped packets with events because its own buffer was full.")
            .Loss("damaged_pages", KernelErrors, "The recorder could not parse pages of the kernel's buffer.")
            .Loss("damaged_records", Damaged, "Packets, bundles or events are damaged; they were skipped.")
            .Loss("truncated", CutBytes > 0 ? 1 : 0, $"The trace ends within a packet, after {CutBytes} of its bytes.")
            .Loss("unnamed_deaths", UnnamedDeaths, Deaths)
            .Warn("missing_events", missing.Length, $"The recorder could not enable {string.Join(", ", missing)}.")
            .Tell("other_missing_events", Losses.Missing.Count - missing.Length, "The recorder could not enable events that ForkTrace does not read.")
            .Warn("other_machines", OtherMachines, "Packets from machines other than the recorder's were not read.")
            .Loss("clock_changed", Clocks.Changes, $"Times are from clock {Clocks.Name}, but some bundles name another clock.");
    }
}

/// <summary>Counts events that do not affect stacks: by field number, or by name if the event contains its name.</summary>
internal sealed class SkippedEvents
{
    // A damaged trace can have any number of names. Beyond this limit, they are counted together.
    private const int NamesMax = 4096;
    private const int NameBytesMax = 128;
    private const string Others = "others";

    private readonly Dictionary<int, long> _byField = [];
    private readonly Dictionary<string, long> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _names;

    public SkippedEvents() => _names = _byName.GetAlternateLookup<ReadOnlySpan<char>>();

    public void Count(int field, long events = 1)
    {
        if (_byField.Count < NamesMax || _byField.ContainsKey(field))
            _byField[field] = _byField.GetValueOrDefault(field) + events;
        else
            Count(Others, events);
    }

    /// <summary>Counts an event by the bytes of its name, without creating a string each time.</summary>
    public void Count(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[NameBytesMax];
        int length = Encoding.UTF8.GetChars(name[..Math.Min(name.Length, NameBytesMax)], text);
        Count(text[..length], 1);
    }

    public ImmutableSortedDictionary<string, long> ToNames(ShapeTable shapes) => EventTallies.Summed(
    [
        .. _byName.Select(one => new NamedCount(one.Key, one.Value)),
        .. _byField.Select(one => new NamedCount(shapes.NameOf(one.Key), one.Value)),
    ]);

    /// <summary>Counts events by name.</summary>
    public void Count(ReadOnlySpan<char> name, long events)
    {
        if (_byName.Count >= NamesMax && !_names.ContainsKey(name))
            name = Others;
        _names.TryGetValue(name, out long before);
        _names[name] = before + events;
    }
}

/// <summary>The recorded machine, from SystemInfo (protos/perfetto/common/system_info.proto), which comes before all events.</summary>
internal sealed class RecordedSystem
{
    private const int TextBytesMax = 256;

    public string Kernel { get; private set; } = "";
    public string Machine { get; private set; } = "";

    /// <summary>The recorder and its version.</summary>
    public string Recorder { get; private set; } = "";

    /// <summary>Number of CPUs of the machine; 0 if the trace does not say.</summary>
    public int Cpus { get; private set; }

    /// <summary>How often another kernel is named after the first: traces that were joined.</summary>
    public long Others { get; private set; }

    /// <summary>prev_state bits of a dead task.</summary>
    public long DeathMask { get; private set; } = DeathStates.Since414;

    /// <summary>Reads utsname = 1 { release = 3, machine = 4 }, tracing_service_version = 4, num_cpus = 8.</summary>
    public void Read(ReadOnlySpan<byte> message)
    {
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.Field == 1)
                ReadNames(reader.Bytes);
            else if (reader.Field == 4)
                Recorder = Text(reader.Bytes);
            else if (reader.Field == 8)
                Cpus = (int)Math.Min(reader.Number, CpuStreams.CpusMax);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, TextBytesMax)]);

    private void ReadNames(ReadOnlySpan<byte> message)
    {
        ProtoReader reader = new(message);
        (string kernel, string machine) = ("", "");
        while (reader.TryNext())
        {
            if (reader.Field == 3)
                kernel = Text(reader.Bytes);
            else if (reader.Field == 4)
                machine = Text(reader.Bytes);
        }

        if (Kernel.Length > 0 && kernel != Kernel)
        {
            Others++;
            return;
        }

        (Kernel, Machine) = (kernel, machine);
        DeathMask = DeathStates.FromRelease(Kernel);
    }
}
