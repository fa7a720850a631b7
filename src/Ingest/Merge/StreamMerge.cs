namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Merges rows of per-CPU streams by (time, CPU) up to a time, and frees their memory. A heap contains one cursor per stream. Runs of rows
/// of one CPU are taken without touching the heap.
/// </summary>
internal sealed unsafe class StreamMerge
{
    private readonly RawEventStream[] _streams;
    private readonly long[] _row;
    private readonly long[] _end;
    private readonly long[] _nextTimeNs;

    // For each stream: the next row, and how many rows are left in its chunk.
    private readonly RawEvent*[] _next;
    private readonly int[] _left;
    private readonly int[] _heap;
    private readonly long _untilNs;
    private int _heapCount;

    /// <summary>Merges the rows at or before <paramref name="untilNs"/>; the others stay.</summary>
    public StreamMerge(IEnumerable<RowRange> ranges, long untilNs = long.MaxValue)
    {
        RowRange[] rows = [.. ranges.Where(range => range.End > range.Stream.FirstRow).OrderBy(range => range.Stream.Cpu)];
        _untilNs = untilNs;
        _streams = [.. rows.Select(range => range.Stream)];
        _row = [.. rows.Select(range => range.Stream.FirstRow)];
        _end = [.. rows.Select(range => range.End)];
        _nextTimeNs = new long[rows.Length];
        _next = new RawEvent*[rows.Length];
        _left = new int[rows.Length];
        _heap = new int[rows.Length];
        for (int stream = 0; stream < rows.Length; stream++)
        {
            _streams[stream].SortByTime(_end[stream], rows[stream].Inversions);
            if (TryNext(stream))
                _heap[_heapCount++] = stream;
        }

        for (int parent = (_heapCount / 2) - 1; parent >= 0; parent--)
            SiftDown(parent);
    }

    /// <summary>Calls <paramref name="sink"/> for runs of rows of one CPU, in merged order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ForEachRun(IRunSink sink)
    {
        while (_heapCount > 0)
        {
            int stream = _heap[0];
            TakeRun(stream, sink);
            if (!TryNext(stream))
                _heap[0] = _heap[--_heapCount];
            if (_heapCount > 1)
                SiftDown(0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeRun(int stream, IRunSink sink)
    {
        long limitNs = _heapCount == 1 ? _untilNs : SecondTimeNs();
        bool winsTies = _heapCount == 1 || stream < SecondStream();
        RawEvent* rows = _next[stream];
        int left = _left[stream];
        int count = 1;
        while (count < left && (rows[count].TimeNs < limitNs || (winsTies && rows[count].TimeNs == limitNs)))
            count++;
        sink.Add(_streams[stream], new ReadOnlySpan<RawEvent>(rows, count));
        _next[stream] += count;
        _left[stream] -= count;
        _row[stream] += count;
    }

    // True if the stream has another row that is due; otherwise it is finished.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryNext(int stream)
    {
        if (_left[stream] == 0)
            NextChunk(stream);
        if (_left[stream] > 0 && (_nextTimeNs[stream] = _next[stream]->TimeNs) <= _untilNs)
            return true;
        _streams[stream].Release(_row[stream], more: _untilNs < long.MaxValue);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NextChunk(int stream)
    {
        long row = _row[stream];
        _streams[stream].Release(row, more: _untilNs < long.MaxValue);
        if (row == _end[stream])
            return;
        Span<RawEvent> rows = _streams[stream].RowsFrom(row, _end[stream]);
        _next[stream] = (RawEvent*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows));
        _left[stream] = rows.Length;
    }

    private int SecondStream() => _heapCount > 2 && Before(_heap[2], _heap[1]) ? _heap[2] : _heap[1];

    private long SecondTimeNs() => _nextTimeNs[SecondStream()];

    private bool Before(int left, int right) =>
        _nextTimeNs[left] < _nextTimeNs[right] || (_nextTimeNs[left] == _nextTimeNs[right] && left < right);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SiftDown(int parent)
    {
        int moving = _heap[parent];
        for (int child; (child = (2 * parent) + 1) < _heapCount; parent = child)
        {
            if (child + 1 < _heapCount && Before(_heap[child + 1], _heap[child]))
                child++;
            if (!Before(_heap[child], moving))
                break;
            _heap[parent] = _heap[child];
        }

        _heap[parent] = moving;
    }
}

/// <summary>Takes merged rows, run by run.</summary>
internal interface IRunSink
{
    /// <summary>Takes rows of one CPU. None is older than an earlier row, unless the recording violated its promised order.</summary>
    void Add(RawEventStream stream, ReadOnlySpan<RawEvent> run);
}
