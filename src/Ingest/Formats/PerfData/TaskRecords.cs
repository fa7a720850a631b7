namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Forks and exits in perf's own records (PERF_RECORD_FORK, PERF_RECORD_EXIT). <c>perf record</c> writes them whatever events it records.
/// They replace tracepoints that were not recorded, and are never counted in addition to them. FORK is written at the end of copy_process,
/// before task_newtask, and EXIT in do_exit (kernel/fork.c, kernel/exit.c, kernel/events/core.c). Neither has a comm: it comes from COMM
/// records and from the forking thread.
/// </summary>
internal sealed class TaskRecords
{
    private readonly List<TaskRecord> _records = [];
    private readonly CommInterner _names = new();
    private readonly long[] _taken = new long[RecordType.Fork + 1];
    private readonly HashSet<int> _ended = [];
    private long _madeUp;
    private long _doubled;
    private long _unseen;

    public int Count => _records.Count;

    /// <summary>Number of records that were left out because their CPU is unknown.</summary>
    public long Unplaced { get; private set; }

    /// <summary>Adds a FORK or EXIT record. Records may come in any order of time.</summary>
    public void Add(uint type, long timeNs, int cpu, int tid, int parentTid) =>
        _records.Add(new TaskRecord(type, timeNs, cpu, tid, type == RecordType.Fork ? parentTid : -1, 0));

    public void AddName(long timeNs, int tid, ReadOnlySpan<byte> comm) =>
        _records.Add(new TaskRecord(RecordType.Comm, timeNs, -1, tid, -1, _names.Intern(comm)));

    /// <summary>Removes all records, because tracepoints report the same.</summary>
    public void Clear() => _records.Clear();

    /// <summary>The wanted rows, in streams separate from those of the tracepoints. The caller must dispose the streams.</summary>
    public IReadOnlyList<RawEventStream> ToStreams(bool wantsForks, bool wantsExits)
    {
        CpuStreams streams = new();
        if (_records.Count == 0 || !(wantsForks || wantsExits))
            return streams.All;
        Dictionary<int, int> comms = [];
        foreach (TaskRecord record in _records.OrderBy(record => record.TimeNs))
        {
            int source = record.Type == RecordType.Fork ? record.ParentTid : record.Tid;
            int comm = record.Type == RecordType.Comm ? record.Comm : comms.GetValueOrDefault(source);
            comms[record.Tid] = comm;
            if (IsDoubled(record))
                continue;
            bool isWanted = record.Type == RecordType.Fork ? wantsForks : record.Type == RecordType.Exit && wantsExits;
            if (isWanted)
                AddRow(streams, record, comm);
        }

        _records.Clear();
        return streams.All;
    }

    /// <summary>Reports which records were used and which were not.</summary>
    public IssueList Issues()
    {
        string madeUp = _madeUp.ToString(CultureInfo.InvariantCulture);
        string others = _madeUp == 0 ? "" : $"; {madeUp} more, which perf generates for tasks that existed before, are not counted";
        string forks = $"No tracepoint reports forks: perf's own FORK records were used, which have no clone flags{others}.";
        string doubled = _doubled.ToString(CultureInfo.InvariantCulture);
        string twice = _doubled == 0 ? "" : $"; {doubled} more, for tasks that had already ended, are not counted (old kernels write two)";
        string exits = $"No tracepoint reports exits: perf's own EXIT records were used{twice}.";
        return new IssueList()
            .Warn(TraceFacts.ForkRecordsCode, _taken[RecordType.Fork], forks)
            .Warn(TraceFacts.ExitRecordsCode, _taken[RecordType.Exit], exits)
            .Loss(
                "unplaced_task_records", Unplaced,
                $"FORK and EXIT records without a CPU were skipped; {AttributeTable.WithCpus}.")
            .Loss(
                "unseen_tasks", _unseen,
                "FORK and EXIT records of tasks outside perf's PID namespace were skipped, because they have no tid: record outside the container.");
    }

    // Older kernels write EXIT once for each of a task's event contexts (perf_event_exit_task_context, kernel/events/core.c).
    private bool IsDoubled(TaskRecord record)
    {
        if (record.Type == RecordType.Fork)
            _ended.Remove(record.Tid);
        bool isDoubled = record is { Type: RecordType.Exit, Tid: > 0 } && !_ended.Add(record.Tid);
        _doubled += isDoubled ? 1 : 0;
        return isDoubled;
    }

    private void AddRow(CpuStreams streams, TaskRecord record, int comm)
    {
        if (record.TimeNs == 0)
        {
            _madeUp++;
            return;
        }

        // The kernel writes 0 for a task that perf's PID namespace does not have, or -1 (perf_event_pid_type, kernel/events/core.c).
        if (record.Tid <= 0)
        {
            _unseen++;
            return;
        }

        if (record.Cpu < 0)
        {
            Unplaced++;
            return;
        }

        // As with the kernel's older exit events, it is unknown whether the whole thread group died.
        (EventKind kind, int value) = record.Type == RecordType.Fork ? (EventKind.Fork, 0) : (EventKind.Exit, -1);
        RawEventStream stream = streams.At(record.Cpu, record.TimeNs);
        int name = comm == 0 ? 0 : stream.Comms.InternFrom(_names, comm);
        stream.Add(kind, record.TimeNs, record.Tid, record.ParentTid, name, value);
        _taken[record.Type]++;
    }
}

/// <summary>One FORK, EXIT or COMM record, from a file or a text.</summary>
/// <param name="Type">The <see cref="RecordType"/>.</param>
/// <param name="TimeNs">The time, ns; 0 for a record that perf generated for a task that existed before.</param>
/// <param name="Cpu">The CPU; -1 if unknown.</param>
/// <param name="Tid">The tid of the new, ending or named task.</param>
/// <param name="ParentTid">For FORK: the tid of the forking thread. Else -1.</param>
/// <param name="Comm">For COMM: the number of the name. Else 0.</param>
internal readonly record struct TaskRecord(uint Type, long TimeNs, int Cpu, int Tid, int ParentTid, int Comm);

/// <summary>
/// Reads FORK, EXIT and COMM records, unless tracepoints of the recording report the same:
/// <code>
/// FORK, EXIT  8 u32 pid  12 u32 parent's pid  16 u32 tid  20 u32 parent's tid  24 u64 time   trailer
/// COMM        8 u32 pid  12 u32 tid           16 comm NUL, padded to 8                       trailer
/// </code>
/// </summary>
internal sealed class TaskRecordReader(AttributeTable attributes, RecordCounts counts)
{
    private const int TidOfCommAt = 12, CommAt = 16, TidAt = 16, ParentTidAt = 20, TimeAt = 24, ForkEnd = 32;

    private TracepointDecoder? _decidedFor;
    private int _decidedOf = -1;

    public TaskRecords Records { get; } = new();

    /// <summary>True if no event that was described so far reports forks.</summary>
    public bool WantsForks { get; private set; } = true;

    /// <summary>True if no event that was described so far reports exits.</summary>
    public bool WantsExits { get; private set; } = true;

    public void Read<TOrder>(uint type, ReadOnlySpan<byte> record, TracepointDecoder? decoder)
        where TOrder : struct, IByteOrder
    {
        Decide(decoder);
        if (!WantsForks && !WantsExits)
            return;
        int bodyEnd = type == RecordType.Comm ? CommAt : ForkEnd;
        if (record.Length < bodyEnd)
        {
            counts.DamagedRecords++;
            return;
        }

        ulong? id = attributes.IdInTrailer<TOrder>(record, bodyEnd);
        PerfAttribute? attribute = (id is { } known ? attributes.Of(known) : null) ?? attributes.First;

        // Each event that was opened with task records gets all of them, so those of the first event are enough.
        if (attribute is { HasTaskRecords: true } && attribute != attributes.OfTaskRecords)
            return;
        SampleLayout? trailer = attribute is { HasSampleIdAll: true } ? attribute.Layout : null;
        ulong bodyNs = type == RecordType.Comm ? 0 : TOrder.UInt64(record, TimeAt);
        ulong timeNs = trailer?.FromTrailer<TOrder>(SampleBits.Time, record, bodyEnd) ?? bodyNs;
        if (timeNs > long.MaxValue)
        {
            counts.DamagedRecords++;
            return;
        }

        if (type == RecordType.Comm)
        {
            Records.AddName((long)timeNs, (int)TOrder.UInt32(record, TidOfCommAt), record[CommAt..]);
            return;
        }

        // Records that perf generates at its start have no time in the body, even if the trailer has one.
        int cpu = CpuOf(trailer?.FromTrailer<TOrder>(SampleBits.Cpu, record, bodyEnd), id);
        int tid = (int)TOrder.UInt32(record, TidAt), parentTid = (int)TOrder.UInt32(record, ParentTidAt);
        Records.Add(type, bodyNs == 0 ? 0 : (long)timeNs, cpu, tid, parentTid);
    }

    /// <summary>Decides from the events and their formats which records are needed.</summary>
    public void Decide(TracepointDecoder? decoder)
    {
        if (_decidedOf == attributes.All.Count && _decidedFor == decoder)
            return;
        (_decidedOf, _decidedFor) = (attributes.All.Count, decoder);
        WantsForks = WantsExits = true;
        foreach (PerfAttribute tracepoint in attributes.All.Where(one => one.IsTracepoint))
        {
            EventKind kind = KindOf(tracepoint, decoder);
            WantsForks &= kind is not (EventKind.NewTask or EventKind.Fork);
            WantsExits &= kind != EventKind.Exit;
        }

        if (!WantsForks && !WantsExits)
            Records.Clear();
    }

    private static EventKind KindOf(PerfAttribute attribute, TracepointDecoder? decoder) =>
        attribute.Config <= ushort.MaxValue ? decoder?.Plan((int)attribute.Config)?.Kind ?? EventKind.None : EventKind.None;

    // If an event was opened for a task on one CPU, its id determines the CPU.
    private int CpuOf(ulong? cpu, ulong? id)
    {
        if (cpu is < CpuStreams.CpusMax)
            return (int)cpu;
        return cpu is null && id is { } known ? attributes.CpuOf(known) : -1;
    }
}
