namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Builds tables from a reader's streams: merges them, identifies tasks, adds facts. Produces one table for a whole recording, or one after
/// another while the recording is still being read.
/// </summary>
internal sealed class TraceAssembler(int batchRows) : IRunSink
{
    // By then it is known which allocations are of a task_struct. Until then rows are held back, if there are any such allocations.
    private const long HeldRowsMax = 1 << 20;

    private readonly TaskCount _tasks = new();
    private readonly List<TaskIdentity> _machines = [];
    private readonly CommInterner _comms = new();
    private readonly CgroupPaths _cgroups = new();
    private readonly TaskAllocations _allocations = new();
    private readonly Queue<EventColumns> _held = [];
    private readonly Queue<EventColumns> _ready = [];
    private readonly HashSet<(CgroupPaths Paths, int Number)> _unnamedCgroups = [];
    private EventColumns? _spare;
    private EventColumns? _columns;
    private CommTable _names = CommTable.Empty;
    private long? _taskStructBytes;
    private long _otherAllocations;
    private long _knownBytes;
    private long _heldRows;
    private long _storedRows;
    private long _firstNs;
    private long _lastStoredNs;
    private long _lastNs = long.MinValue;

    /// <summary>Rows that arrived after later ones had been handed out. They got the time of the latest one.</summary>
    public long LateRows { get; private set; }

    /// <summary>True if the end of the recording showed that rows that were already handed out had been misinterpreted.</summary>
    public bool IsMistaken { get; private set; }

    /// <summary>Builds one table, and frees the streams' rows step by step. The digest is requested last, since it is computed
    /// meanwhile.</summary>
    public static EventTable Assemble(DecodedTrace decoded, IRecordingInput input)
    {
        IReadOnlyList<RawEventStream> streams = decoded.Streams;
        long rows = streams.Sum(stream => stream.Rows);
        if (rows > Array.MaxLength)
            Reject.Unsupported($"the trace contains {rows} events to keep, but at most {Array.MaxLength} are supported: read a part of it");
        TraceAssembler assembler = new((int)rows);
        assembler.Take(streams.Select(stream => new RowRange(stream)), long.MaxValue);
        TraceFacts complete = assembler.Complete(streams, Named(decoded.Facts, input), decoded.Skipped, () => input.Digest, decoded.Probes);
        EventColumns columns = assembler.Next() ?? new EventColumns(0);
        columns.Complete(complete, assembler.Names);
        return columns;
    }

    /// <summary>The facts of a file, with the facts that its input knows.</summary>
    public static TraceFacts Named(TraceFacts facts, IRecordingInput input) => facts with { Trace = input.Name, SizeBytes = input.SizeBytes };

    /// <summary>The names used by the rows so far.</summary>
    public CommTable Names => _names = _comms.ToTable(_names);

    /// <summary>Merges the rows that are due.</summary>
    /// <param name="ranges">Rows of each CPU.</param>
    /// <param name="untilNs">All rows at or before it have been decoded.</param>
    public void Take(IEnumerable<RowRange> ranges, long untilNs)
    {
        foreach (RowRange range in ranges)
            _knownBytes = Math.Max(_knownBytes, range.TaskStructBytes);
        new StreamMerge(ranges, untilNs).ForEachRun(this);
    }

    /// <summary>Ends the current table although it has room.</summary>
    public void EndBatch()
    {
        if (_columns is { Count: > 0 } columns)
            Hold(columns);
    }

    /// <summary>The next table; null if there is none. If the facts are not complete, the table has those known so far.</summary>
    public EventColumns? Next() => _ready.TryDequeue(out EventColumns? next) ? next : null;

    /// <summary>Takes back a table whose rows nobody uses any more.</summary>
    public void Recycle(EventColumns columns)
    {
        columns.Clear();
        _spare = columns;
    }

    /// <summary>The facts in the recording, with what the rows so far show.</summary>
    public TraceFacts FactsSoFar(TraceFacts facts) => facts with
    {
        EventsStored = _storedRows,
        FirstNs = _firstNs,
        LastNs = _lastStoredNs,
        Cgroups = _cgroups.ToTable(),
        Tasks = _tasks.Next,
    };

    /// <summary>Ends the last table and completes the facts. All rows must have been taken.</summary>
    public TraceFacts Complete(
        IReadOnlyList<RawEventStream> streams,
        TraceFacts facts,
        ImmutableSortedDictionary<string, long> skipped,
        Func<string> digest,
        ProbeMap? probes = null)
    {
        IssueList issues = [.. facts.Issues];
        ClockUnits.Tell(facts, issues);
        TellSteps(streams, issues);
        EndBatch();
        LetGo(isLast: true);
        IsMistaken |= _unnamedCgroups.Any(one => !one.Paths.IsUnnamed(one.Number));
        TraceFacts complete = FactsOf(streams, facts with { Digest = digest() }, skipped);
        complete = UntoldLosses.Add(streams, _machines.Sum(machine => machine.EndlessLives), complete, issues);
        TellOfHaste(issues);
        if (probes is not null)
            issues.Add(probes.Issue(_ready.Sum(columns => ProbeMap.Settle(columns, complete.Cpus))));
        return complete with { Issues = [.. issues] };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IRunSink.Add(RawEventStream stream, ReadOnlySpan<RawEvent> run)
    {
        while (_machines.Count <= stream.Machine)
            _machines.Add(new TaskIdentity(_tasks));
        if (stream.Comms.JointNumbers is not { } comms || comms.Length < stream.Comms.Count)
            stream.Comms.JointNumbers = comms = Grown(stream.Comms.JointNumbers, stream.Comms.Count);
        while (!run.IsEmpty)
        {
            EventColumns columns = _columns ??= Fresh();
            int count = Math.Min(run.Length, columns.Room);
            if (run[0].TimeNs < _lastNs)
                count = CountLate(run[..count]);
            AddRows(stream, run[..count], comms, columns);
            if (columns.Room == 0)
                Hold(columns);
            run = run[count..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRows(RawEventStream stream, ReadOnlySpan<RawEvent> run, int[] comms, EventColumns columns)
    {
        ushort cpu = (ushort)stream.Cpu;
        TaskIdentity identity = _machines[stream.Machine];
        long latestNs = _lastNs;
        foreach (ref readonly RawEvent row in run)
        {
            int comm = row.Comm == 0 ? 0 : comms[row.Comm];
            if (comm == 0 && row.Comm != 0)
                comms[row.Comm] = comm = _comms.InternFrom(stream.Comms, row.Comm);
            (int task, int other) = identity.Identify(row.Kind, row.Tid, row.OtherTid, row.Value);
            long value = row.Kind == EventKind.Cgroup ? JointCgroup(stream.Cgroups, (int)row.Value) : row.Value;
            latestNs = Math.Max(latestNs, row.TimeNs);
            columns.Add(latestNs, cpu, row.Kind, task, other, row.Tid, comm, value);
        }

        _lastNs = latestNs;
    }

    private int CountLate(ReadOnlySpan<RawEvent> run)
    {
        int count = 1;
        while (count < run.Length && run[count].TimeNs < _lastNs)
            count++;
        LateRows += count;
        return count;
    }

    // Not shown for a file, which is read again as a whole instead.
    private void TellOfHaste(IssueList issues)
    {
        const string Late = "Some events came through the pipe after later ones had been processed; they got the time of the latest one.";
        const string Early =
            "Later events contradict what the first ones showed about task_structs or cgroups, but those had been processed; record to a file.";
        issues.Warn("late_events", LateRows, Late).Warn("early_judgement", IsMistaken ? 1 : 0, Early);
    }

    private static int[] Grown(int[]? numbers, int count)
    {
        Array.Resize(ref numbers, Math.Max(count, 2 * (numbers?.Length ?? 0)));
        return numbers;
    }

    private int JointCgroup(CgroupPaths paths, int number)
    {
        if (paths.IsUnnamed(number))
            _unnamedCgroups.Add((paths, number));
        return _cgroups.Intern(paths[number]);
    }

    private EventColumns Fresh()
    {
        EventColumns columns = _spare ?? new EventColumns(batchRows);
        _spare = null;
        return columns;
    }

    private void Hold(EventColumns columns)
    {
        _columns = null;
        _allocations.Note(columns);
        _heldRows += columns.Count;
        _held.Enqueue(columns);
        LetGo(isLast: false);
    }

    // Hands out the complete tables, without the rows of other allocations.
    private void LetGo(bool isLast)
    {
        if (_allocations.IsAny && _taskStructBytes is null && !isLast && !_allocations.IsClear && _heldRows < HeldRowsMax)
            return;
        if (_allocations.IsAny)
        {
            IsMistaken |= isLast && _taskStructBytes is { } before && before != _allocations.SizeBytes(_knownBytes);
            _taskStructBytes ??= _allocations.SizeBytes(_knownBytes);
        }

        while (_held.TryDequeue(out EventColumns? columns))
        {
            if (_taskStructBytes is { } bytes)
                _otherAllocations += columns.RemoveWhere((kind, value) => kind == EventKind.TaskAlloc && value != bytes);
            if (columns.Count == 0)
                continue;
            _firstNs = _storedRows == 0 ? columns.TimesNs[0] : _firstNs;
            _lastStoredNs = columns.TimesNs[^1];
            _storedRows += columns.Count;
            _ready.Enqueue(columns);
        }

        _heldRows = 0;
    }

    /// <summary>Reports the streams whose clock stepped back. The merge has sorted them.</summary>
    internal static void TellSteps(IReadOnlyList<RawEventStream> streams, IssueList issues)
    {
        foreach (RawEventStream stream in streams)
        {
            string message = $"The times of CPU {stream.Cpu} step backwards; its events were sorted by time.";
            issues.Warn("clock_backwards", stream.Inversions, message);
        }
    }

    private TraceFacts FactsOf(IReadOnlyList<RawEventStream> streams, TraceFacts facts, ImmutableSortedDictionary<string, long> skipped)
    {
        long[] counts = new long[EventKinds.TableLength];
        foreach (RawEventStream stream in streams)
        {
            for (int kind = 0; kind < counts.Length; kind++)
                counts[kind] += stream.CountsByKind[kind];
        }

        if (_otherAllocations > 0)
        {
            counts[(int)EventKind.TaskAlloc] -= _otherAllocations;
            counts[(int)EventKind.None] += _otherAllocations;
            // Under the name that other sizes were counted by.
            string name = skipped.ContainsKey("kmem_cache_alloc") ? "kmem_cache_alloc" : "kmem:kmem_cache_alloc";
            skipped = skipped.SetItem(name, skipped.GetValueOrDefault(name) + _otherAllocations);
        }

        return FactsSoFar(facts) with
        {
            EventsTotal = counts.Sum() - counts[(int)EventKind.None] + skipped.Values.Sum(),
            EventsByKind = CountsByName(counts),
            EventsSkipped = skipped,
            Cpus = Math.Max(facts.Cpus, streams.Select(stream => stream.Cpu + 1).DefaultIfEmpty(0).Max()),
            TaskStructBytes = (int)(_taskStructBytes ?? 0),
        };
    }

    private static ImmutableSortedDictionary<string, long> CountsByName(long[] counts)
    {
        ImmutableSortedDictionary<string, long>.Builder byName =
            ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (EventKind kind in EventKinds.All)
        {
            if (counts[(int)kind] > 0)
                byName[EventKinds.Name(kind)] = counts[(int)kind];
        }

        return byName.ToImmutable();
    }
}
