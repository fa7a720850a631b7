namespace ForkTrace.Ingest.Columns;

/// <summary>
/// The events of one CPU, in the order of its buffer, with counts of what was read. Rows are in chunks of native memory, which the merge
/// frees step by step, so that decoded and merged rows are never in memory completely at the same time. One thread appends rows. Meanwhile,
/// another may merge the rows that it was given (<see cref="RowRange"/>).
/// </summary>
internal sealed unsafe class RawEventStream(int cpu) : IDisposable
{
    /// <summary>Rows per chunk: 16384 x 32 bytes = 512 KiB.</summary>
    public const int ChunkRows = 1 << 14;

    private const int SparesMax = 8;

    private readonly Lock _chunkLock = new();
    private readonly RawEvent*[] _spares = new RawEvent*[SparesMax];
    private RawEvent*[] _chunks = new RawEvent*[8];
    private int _spareCount;
    private int _firstChunk;
    private long _sortedInversions;
    private readonly long[] _countsByKind = new long[EventKinds.TableLength];
    private RawEvent* _tail;
    private int _tailRows = ChunkRows;
    private long _lastTimeNs = long.MinValue;
    private long _firstTimeNs = long.MaxValue;
    private bool _isComplete;

    public int Cpu { get; private set; } = cpu;

    /// <summary>The machine that the tids belong to, 0 if there is only one. A host and its guest have separate tids.</summary>
    public int Machine { get; private set; }

    public CommInterner Comms { get; } = new();

    /// <summary>The cgroups of <see cref="EventKind.Cgroup"/> rows, by value; the streams of one reader may share them.</summary>
    public CgroupPaths Cgroups { get; init; } = new();

    /// <summary>Events read, by kind; index 0 counts those that do not affect stacks.</summary>
    public Span<long> CountsByKind => _countsByKind;

    /// <summary>
    /// sizeof(struct task_struct), if call sites or cache names identify its allocations, else 0. It is the largest allocation of a fork
    /// (copy_process also allocates signal_struct, sighand_struct and mm_struct).
    /// </summary>
    public long TaskStructBytes { get; private set; }

    /// <summary>Records an allocation by a fork.</summary>
    public void NoteForkAllocation(long bytes) => TaskStructBytes = Math.Max(TaskStructBytes, bytes);

    public long Rows => ChunkCount == 0 ? 0 : ((long)(ChunkCount - 1) * ChunkRows) + _tailRows;

    /// <summary>The earliest time of a row; long.MaxValue if there is none.</summary>
    public long FirstNs => Math.Min(_firstTimeNs, StepNs);

    /// <summary>The latest time of a row; long.MinValue if there is none.</summary>
    public long LastNs => Math.Max(_lastTimeNs, BeforeStepNs);

    /// <summary>Number of events that were older than the one before them. Such a stream is sorted before the merge.</summary>
    public long Inversions { get; private set; }

    /// <summary>The earliest time among these events.</summary>
    public long StepNs { get; private set; } = long.MaxValue;

    /// <summary>The latest time among the events directly before these.</summary>
    public long BeforeStepNs { get; private set; } = long.MinValue;

    /// <summary>True if the events are in the order in which the CPU wrote them. Then a time that steps back means that the clock
    /// did.</summary>
    public bool IsAsWritten { get; set; }

    public int ChunkCount { get; private set; }

    /// <summary>The first row that has not been merged. The rows before it are freed.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Number of rows that the merging thread was given. Only those may have been freed.</summary>
    public long ToldRows { get; set; }

    /// <summary>Assigns the stream to another machine, whose CPUs are numbered from <paramref name="firstCpu"/> on.</summary>
    public void MoveTo(int machine, int firstCpu)
    {
        Machine = machine;
        Cpu += firstCpu;
    }

    /// <summary>Appends a row and counts it.</summary>
    public void Add(in RawEvent row) => Append(row.Kind, row.TimeNs) = row;

    /// <inheritdoc cref="Add(in RawEvent)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(EventKind kind, long timeNs, int tid, int otherTid, int comm, long value)
    {
        ref RawEvent row = ref Append(kind, timeNs);
        row.TimeNs = timeNs;
        row.Value = value;
        row.Tid = tid;
        row.OtherTid = otherTid;
        row.Comm = comm;
        row.Kind = kind;
    }

    // The caller must fill in the whole row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref RawEvent Append(EventKind kind, long timeNs)
    {
        _countsByKind[(int)kind]++;
        if (_tailRows == ChunkRows)
            AddChunk(timeNs);
        if (timeNs < _lastTimeNs)
            NoteStep(timeNs);
        _lastTimeNs = timeNs;
        return ref _tail[_tailRows++];
    }

    private void NoteStep(long timeNs)
    {
        Inversions++;
        StepNs = Math.Min(StepNs, timeNs);
        BeforeStepNs = Math.Max(BeforeStepNs, _lastTimeNs);
    }

    /// <summary>Counts an event that is not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Count(EventKind kind) => _countsByKind[(int)kind]++;

    /// <summary>The rows of one chunk, for the appending thread; empty if they have been merged.</summary>
    public Span<RawEvent> Chunk(int index) =>
        index < _firstChunk ? [] : new(_chunks[index], index == ChunkCount - 1 ? _tailRows : ChunkRows);

    /// <summary>Rows from one to the end of its chunk, or to <paramref name="end"/>; valid until they are released.</summary>
    public Span<RawEvent> RowsFrom(long row, long end)
    {
        int chunk = (int)(row / ChunkRows), at = (int)(row % ChunkRows);
        RawEvent* rows;
        lock (_chunkLock)
            rows = _chunks[chunk];
        return new Span<RawEvent>(rows + at, (int)Math.Min(ChunkRows - at, end - row));
    }

    /// <summary>Frees the memory of the rows before one. If <paramref name="more"/> is true, keeps some for new rows.</summary>
    public void Release(long row, bool more)
    {
        lock (_chunkLock)
        {
            FirstRow = row;
            int chunks = _isComplete && row == Rows ? ChunkCount : (int)(row / ChunkRows);
            for (; _firstChunk < chunks; _firstChunk++)
            {
                if (more && !_isComplete && _spareCount < SparesMax)
                    _spares[_spareCount++] = _chunks[_firstChunk];
                else
                    NativeMemory.Free(_chunks[_firstChunk]);
                _chunks[_firstChunk] = null;
            }
        }
    }

    /// <summary>Says that no rows will be appended. Then nothing is kept for new rows.</summary>
    public void Complete()
    {
        lock (_chunkLock)
        {
            _isComplete = true;
            FreeSpares();
        }

        if (FirstRow == Rows)
            Release(FirstRow, more: false);
    }

    /// <summary>Sorts the rows that have not been merged, up to <paramref name="end"/>, by time. Rows with the same time keep their
    /// order.</summary>
    /// <param name="end">The row after the last one to sort.</param>
    /// <param name="inversions">The value of <see cref="Inversions"/> when that row was appended.</param>
    public void SortByTime(long end, long inversions)
    {
        if (inversions == _sortedInversions)
            return;
        _sortedInversions = inversions;
        RawEvent[] rows = new RawEvent[end - FirstRow];
        (long TimeNs, int Row)[] keys = new (long TimeNs, int Row)[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = RowsFrom(FirstRow + row, end)[0];
            keys[row] = (rows[row].TimeNs, row);
        }

        Array.Sort(keys, rows);
        for (int row = 0; row < rows.Length; row++)
            RowsFrom(FirstRow + row, end)[0] = rows[row];
    }

    public void Dispose()
    {
        for (int index = _firstChunk; index < ChunkCount; index++)
            NativeMemory.Free(_chunks[index]);
        FreeSpares();
        (ChunkCount, _firstChunk, FirstRow) = (0, 0, 0);
        _tailRows = ChunkRows;
    }

    private void FreeSpares()
    {
        while (_spareCount > 0)
            NativeMemory.Free(_spares[--_spareCount]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddChunk(long timeNs)
    {
        if (ChunkCount == 0)
            _firstTimeNs = timeNs;
        lock (_chunkLock)
        {
            if (ChunkCount == _chunks.Length)
            {
                RawEvent*[] more = new RawEvent*[ChunkCount * 2];
                Array.Copy(_chunks, more, ChunkCount);
                _chunks = more;
            }

            _tail = _spareCount > 0 ? _spares[--_spareCount] : (RawEvent*)NativeMemory.Alloc(ChunkRows, (nuint)sizeof(RawEvent));
            _chunks[ChunkCount++] = _tail;
        }

        _tailRows = 0;
    }
}

/// <summary>The rows of a stream that have not been merged, up to the last row when this range was created.</summary>
/// <remarks>A class: LINQ over a struct is compiled anew in every run (docs/adr/0007-ahead-of-time.md).</remarks>
/// <param name="Stream">The stream; it may have more rows now.</param>
/// <param name="End">The row after the last one.</param>
/// <param name="Inversions">The stream's <see cref="RawEventStream.Inversions"/> at that time.</param>
/// <param name="TaskStructBytes">The stream's <see cref="RawEventStream.TaskStructBytes"/> at that time.</param>
internal sealed record RowRange(RawEventStream Stream, long End, long Inversions, long TaskStructBytes)
{
    public RowRange(RawEventStream stream)
        : this(stream, stream.Rows, stream.Inversions, stream.TaskStructBytes)
    {
    }
}

/// <summary>One event as a reader decodes it, before streams are merged and tids become tasks. Its stream gives the CPU.</summary>
internal struct RawEvent
{
    /// <summary>Nanoseconds (or ticks) of the trace clock.</summary>
    public long TimeNs;

    /// <summary>Meaning by kind.</summary>
    public long Value;

    /// <summary>Thread id of the subject.</summary>
    public int Tid;

    /// <summary>Thread id of the other task, -1 for none.</summary>
    public int OtherTid;

    /// <summary>Index into the stream's <see cref="CommInterner"/>.</summary>
    public int Comm;

    public EventKind Kind;
}
