namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// Decodes FtraceEventBundle: events of one CPU from contiguous pages of its buffer, so no event is lost within a bundle. A bundle stores
/// compact switches and events separately; they are merged by time. This is the inner loop: no allocation, no exception.
/// </summary>
internal sealed class BundleDecoder(PerfettoRecording recording)
{
    private readonly CompactSwitches _switches = new();
    private readonly GenericEventReader _generic = new();
    private PacketSequence _sequence = null!;
    private RawEventStream _stream = null!;
    private int _cpu;
    private int _nextSwitch;

    public void Decode(ReadOnlySpan<byte> bundle, PacketSequence sequence)
    {
        _sequence = sequence;
        if (!TryReadHead(bundle))
        {
            recording.Damaged++;
            return;
        }

        ProtoReader reader = new(bundle);
        while (reader.TryNext())
        {
            if (reader is { Field: BundleField.Event, IsBytes: true } && !TryDecodeEvent(reader.Bytes))
                recording.Damaged++;
        }

        TakeSwitches(long.MaxValue, isTied: true);
    }

    // Reads everything except the events. A writer may put it after them.
    private bool TryReadHead(ReadOnlySpan<byte> bundle)
    {
        ulong cpu = 0, clock = 0;
        long ftraceNs = 0, bootNs = 0;
        bool isAfterLoss = false;
        ReadOnlySpan<byte> compact = default;
        ProtoReader reader = new(bundle);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case BundleField.Event:
                    break;
                case BundleField.Cpu:
                    cpu = reader.Number;
                    break;
                case BundleField.LostEvents:
                    isAfterLoss = reader.Number != 0;
                    break;
                case BundleField.CompactSched:
                    compact = reader.Bytes;
                    break;
                case BundleField.FtraceClock:
                    clock = reader.Number;
                    break;
                case BundleField.FtraceTimestamp:
                    ftraceNs = (long)reader.Number;
                    break;
                case BundleField.BootTimestamp:
                    bootNs = (long)reader.Number;
                    break;
                case BundleField.Error:
                    recording.KernelErrors++;
                    break;
                case BundleField.GenericEventDescriptor:
                    recording.Shapes.Describe(reader.Bytes);
                    break;
            }
        }

        if (reader.IsDamaged || cpu >= CpuStreams.CpusMax)
            return false;
        recording.Clocks.ReadBundle(clock, ftraceNs, bootNs);
        Begin((int)cpu, isAfterLoss);
        ReadCompact(compact);
        return true;
    }

    private void Begin(int cpu, bool isAfterLoss)
    {
        _cpu = cpu;
        long latestNs = _sequence.Streams.LastNs(cpu);
        _stream = _sequence.Streams.At(cpu, latestNs);
        if (!isAfterLoss)
            return;
        recording.Losses.Open(cpu, latestNs);
        _sequence.Running.At(cpu) = (RunningTasks.Unknown, 0);
    }

    private void ReadCompact(ReadOnlySpan<byte> compact)
    {
        _switches.Clear();
        _nextSwitch = 0;
        if (compact.IsEmpty)
            return;
        if (!_switches.TryRead(compact, _stream.Comms))
            recording.Damaged++;
        if (_switches.Wakings == 0)
            return;
        _stream.CountsByKind[(int)EventKind.None] += _switches.Wakings;
        recording.Skipped.Count(BundleField.SchedWaking, _switches.Wakings);
    }

    private bool TryDecodeEvent(ReadOnlySpan<byte> message)
    {
        EventFields fields = default;
        fields.Running = RunningTasks.Unknown;
        ReadOnlySpan<byte> body = default;
        int field = 0;
        bool hasTime = false;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            if (reader.IsBytes)
            {
                if (field != 0)
                    continue;
                field = reader.Field;
                body = reader.Bytes;
            }
            else if (reader.Field == BundleField.EventTimestamp)
                (fields.TimeNs, hasTime) = ((long)reader.Number, true);
            else if (reader.Field == BundleField.EventPid)
                fields.Running = (int)reader.Number;
        }

        if (reader.IsDamaged || !hasTime)
            return false;
        Arrive(in fields);
        if (field == BundleField.GenericEvent)
            return TryStoreGeneric(body, ref fields);
        if (recording.Shapes.Of(field) is { } shape)
            return TryRead(shape, body, ref fields) && TryStore(shape, ref fields);
        Skip();
        recording.Skipped.Count(field);
        return true;
    }

    // The event's own field for the running thread is more reliable than the switches, because a filter may have left some out.
    private void Arrive(in EventFields fields)
    {
        ref (int Tid, int Comm) running = ref _sequence.Running.At(_cpu);
        TakeSwitches(fields.TimeNs, isTied: fields.Running >= 0 && running.Tid >= 0 && running.Tid != fields.Running);
        NoteTime(fields.TimeNs);
        if (fields.Running >= 0 && running.Tid != fields.Running)
            running = (fields.Running, 0);
    }

    private void NoteTime(long timeNs)
    {
        _sequence.Streams.At(_cpu, timeNs);
        recording.Losses.Close(_cpu, timeNs);
        recording.LatestNs = Math.Max(recording.LatestNs, timeNs);
    }

    private static bool TryRead(EventShape shape, ReadOnlySpan<byte> body, ref EventFields fields)
    {
        ProtoReader reader = new(body);
        while (reader.TryNext())
            fields.Set(shape.Slot(reader.Field), reader.Number, reader.Bytes);
        return !reader.IsDamaged;
    }

    private bool TryStoreGeneric(ReadOnlySpan<byte> body, ref EventFields fields)
    {
        if (!_generic.TryRead(body, ref fields, out EventShape? shape, out ReadOnlySpan<byte> name))
            return false;
        if (shape is not null)
            return TryStore(shape, ref fields);
        Skip();
        recording.Skipped.Count(name);
        return true;
    }

    private void Skip() => _stream.Count(EventKind.None);

    private bool TryStore(EventShape shape, ref EventFields fields)
    {
        if ((!fields.HasTid || shape.Kind == EventKind.Switch) && shape.MissingField(in fields) is { } missing)
        {
            recording.CountMissing(shape.Known, missing);
            _stream.Count(EventKind.None);
            return true;
        }

        if (!fields.HasTid)
        {
            if (!shape.Known.IsTidRunning)
                return false;
            fields.Tid = fields.Running;
        }

        EventKind kind = shape.Kind;
        if (kind == EventKind.Switch)
        {
            kind = KindOfSwitch(fields.Value);
            _sequence.Running.At(_cpu) = ((int)fields.Other, _stream.Comms.Intern(fields.NextComm));
        }

        if (kind is EventKind.Exit && !fields.HasValue)
            fields.Value = -1;
        if (!StackLifeFilter.IsOfStackLife(kind, fields.Value, fields.Size, fields.Align, fields.CacheName))
        {
            _stream.Count(EventKind.None);
            recording.Skipped.Count(shape.Known.FullName, 1);
            return true;
        }

        if (kind == EventKind.Cgroup)
            fields.Value = _stream.Cgroups.Intern(fields.CgroupPath);
        int comm = fields.Comm.IsEmpty ? 0 : _stream.Comms.Intern(fields.Comm);
        if (kind is EventKind.Rename or EventKind.Exit && fields.Tid == fields.Running)
            _sequence.Running.At(_cpu).Comm = comm;
        int other = shape.Known.IsOtherRunning ? fields.Running : fields.HasOther ? (int)fields.Other : -1;
        Add(fields.TimeNs, kind, (int)fields.Tid, other, comm, fields.Value);
        return true;
    }

    private EventKind KindOfSwitch(long prevState) =>
        (prevState & recording.System.DeathMask) != 0 ? EventKind.DeathSwitch : EventKind.Switch;

    // Takes the compact switches before a time; with isTied, also those at that time.
    private void TakeSwitches(long untilNs, bool isTied)
    {
        while (_nextSwitch < _switches.Count
            && (_switches.TimeNs(_nextSwitch) < untilNs || (isTied && _switches.TimeNs(_nextSwitch) == untilNs)))
        {
            TakeSwitch(_nextSwitch++);
        }
    }

    private void TakeSwitch(int index)
    {
        long timeNs = _switches.TimeNs(index);
        EventKind kind = KindOfSwitch(_switches.PrevState(index));
        ref (int Tid, int Comm) running = ref _sequence.Running.At(_cpu);
        (int tid, int comm) = running;
        running = (_switches.NextTid(index), _switches.NextComm(index));
        NoteTime(timeNs);
        if (tid == RunningTasks.Unknown)
        {
            recording.UnnamedDeaths += kind == EventKind.DeathSwitch ? 1 : 0;
            recording.Skipped.Count("sched:sched_switch (from an unknown task)"u8);
            Skip();
            return;
        }

        Add(timeNs, kind, tid, running.Tid, comm, _switches.PrevState(index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(long timeNs, EventKind kind, int tid, int other, int comm, long value)
    {
        if (recording.KeepAll || EventKinds.IsStoredByDefault(kind))
            _stream.Add(kind, timeNs, tid, other, comm, value);
        else
            _stream.Count(kind);
    }
}

/// <summary>Field numbers of FtraceEventBundle and FtraceEvent (protos/perfetto/trace/ftrace/).</summary>
internal static class BundleField
{
    public const int Cpu = 1;
    public const int Event = 2;
    public const int LostEvents = 3;
    public const int CompactSched = 4;
    public const int FtraceClock = 5;
    public const int FtraceTimestamp = 6;
    public const int BootTimestamp = 7;
    public const int Error = 8;
    public const int GenericEventDescriptor = 11;

    public const int EventTimestamp = 1;

    /// <summary>FtraceEvent.pid: the thread that ran on the CPU, the kernel's common_pid.</summary>
    public const int EventPid = 2;

    /// <summary>FtraceEvent.generic: an event that is not in the schema; each such event contains the names of its fields.</summary>
    public const int GenericEvent = 327;

    /// <summary>FtraceEvent.sched_waking, which adds nothing to sched_wakeup.</summary>
    public const int SchedWaking = 20;
}
