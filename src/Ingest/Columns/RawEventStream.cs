namespace ForkTrace.Ingest.Columns;

/// <summary>
/// The events of one CPU, in the order of its buffer, with the counts of what was read. Rows lie in chunks of native memory that
/// the merge gives back as it goes, so that decoded and merged rows are never both whole in memory. One thread appends rows; another may
/// meanwhile merge those that it has been told of (<see cref="RowRange"/>).
/// </summary>
internal sealed unsafe class RawEventStream(int cpu) : IDisposable
{
    /// <summary>Rows a chunk holds: 16384 x 32 bytes = 512 KiB.</summary>
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

    public int Cpu { get; private set; } = cpu;

    /// <summary>The machine whose tids these are, 0 where there is but one: a host and its guest each have their own.</summary>
    public int Machine { get; private set; }

    public CommInterner Comms { get; } = new();

    /// <summary>The cgroups of <see cref="EventKind.Cgroup"/> rows, by value; the streams of one reader may share them.</summary>
    public CgroupPaths Cgroups { get; init; } = new();

    /// <summary>Events read, by kind; index 0 counts those that play no part.</summary>
    public Span<long> CountsByKind => _countsByKind;

    /// <summary>
    /// sizeof(struct task_struct) where allocations' call sites or caches told it, else 0: of what a fork allocates it is the largest
    /// (signal_struct, sighand_struct and mm_struct are others of copy_process).
    /// </summary>
    public long TaskStructBytes { get; private set; }

    /// <summary>Takes note of an allocation by a fork.</summary>
    public void NoteForkAllocation(long bytes) => TaskStructBytes = Math.Max(TaskStructBytes, bytes);

    public long Rows => ChunkCount == 0 ? 0 : ((long)(ChunkCount - 1) * ChunkRows) + _tailRows;

    /// <summary>Times an event was older than the one before it; such a stream is sorted before the merge.</summary>
    public long Inversions { get; private set; }

    /// <summary>The earliest time at which one of these stood.</summary>
    public long StepNs { get; private set; } = long.MaxValue;

    /// <summary>The latest time at which one of the events before these stood.</summary>
    public long BeforeStepNs { get; private set; } = long.MinValue;

    /// <summary>True if the events come in the order in which the CPU wrote them: then a time that steps back is its clock's.</summary>
    public bool IsAsWritten { get; set; }

    public int ChunkCount { get; private set; }

    /// <summary>The first row that has not been merged; those before it are gone.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Rows that whoever merges has been told of: only they may be gone.</summary>
    public long ToldRows { get; set; }

    /// <summary>Makes the stream one of another machine, whose CPUs are numbered from <paramref name="firstCpu"/> on.</summary>
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

    // The caller fills in all of the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref RawEvent Append(EventKind kind, long timeNs)
    {
        _countsByKind[(int)kind]++;
        if (_tailRows == ChunkRows)
            AddChunk();
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

    /// <summary>The rows of one chunk, for the thread that appends; there are none where they have been merged.</summary>
    public Span<RawEvent> Chunk(int index) =>
        index < _firstChunk ? [] : new(_chunks[index], index == ChunkCount - 1 ? _tailRows : ChunkRows);

    /// <summary>Rows from one on to the end of its chunk, or to <paramref name="end"/>; valid until they are released.</summary>
    public Span<RawEvent> RowsFrom(long row, long end)
    {
        int chunk = (int)(row / ChunkRows), at = (int)(row % ChunkRows);
        RawEvent* rows;
        lock (_chunkLock)
            rows = _chunks[chunk];
        return new Span<RawEvent>(rows + at, (int)Math.Min(ChunkRows - at, end - row));
    }

    /// <summary>Gives back the memory of the rows before one; with <paramref name="more"/> some is kept for rows to come.</summary>
    public void Release(long row, bool more)
    {
        FirstRow = row;
        lock (_chunkLock)
        {
            for (; _firstChunk < row / ChunkRows; _firstChunk++)
            {
                if (more && _spareCount < SparesMax)
                    _spares[_spareCount++] = _chunks[_firstChunk];
                else
                    NativeMemory.Free(_chunks[_firstChunk]);
                _chunks[_firstChunk] = null;
            }
        }
    }

    /// <summary>Brings the rows that were not merged yet, up to <paramref name="end"/>, into time order; rows of one time keep their order.</summary>
    /// <param name="end">The row behind the last.</param>
    /// <param name="inversions">How many <see cref="Inversions"/> there were when it was appended.</param>
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
        while (_spareCount > 0)
            NativeMemory.Free(_spares[--_spareCount]);
        (ChunkCount, _firstChunk, FirstRow) = (0, 0, 0);
        _tailRows = ChunkRows;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddChunk()
    {
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

/// <summary>The rows of a stream that have not been merged, up to where it had come when they were told of.</summary>
/// <param name="Stream">The stream; it may have more rows by now.</param>
/// <param name="End">The row behind the last.</param>
/// <param name="Inversions">The stream's <see cref="RawEventStream.Inversions"/> then.</param>
/// <param name="TaskStructBytes">The stream's <see cref="RawEventStream.TaskStructBytes"/> then.</param>
internal readonly record struct RowRange(RawEventStream Stream, long End, long Inversions, long TaskStructBytes)
{
    public RowRange(RawEventStream stream)
        : this(stream, stream.Rows, stream.Inversions, stream.TaskStructBytes)
    {
    }
}

/// <summary>One event as a reader decodes it, before streams are merged and tids become tasks. The CPU is its stream's.</summary>
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
