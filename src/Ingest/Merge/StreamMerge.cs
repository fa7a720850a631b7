namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Merges per-CPU streams by (time, CPU), freeing each stream's chunks as they are used up. A heap holds one cursor a stream; runs
/// of one CPU are taken without touching it.
/// </summary>
internal sealed class StreamMerge
{
    private readonly RawEventStream[] _streams;
    private readonly int[] _chunk;
    private readonly int[] _row;
    private readonly long[] _nextTimeNs;
    private readonly int[] _heap;
    private int _heapCount;

    public StreamMerge(IEnumerable<RawEventStream> streams)
    {
        _streams = [.. streams.Where(stream => stream.Rows > 0).OrderBy(stream => stream.Cpu)];
        _chunk = new int[_streams.Length];
        _row = new int[_streams.Length];
        _nextTimeNs = new long[_streams.Length];
        _heap = new int[_streams.Length];
        for (int stream = 0; stream < _streams.Length; stream++)
        {
            _nextTimeNs[stream] = _streams[stream].Chunk(0)[0].TimeNs;
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
            if (_nextTimeNs[stream] == long.MaxValue && _chunk[stream] == _streams[stream].ChunkCount)
                _heap[0] = _heap[--_heapCount];
            if (_heapCount > 1)
                SiftDown(0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeRun(int stream, IRunSink sink)
    {
        long limitNs = _heapCount == 1 ? long.MaxValue : SecondTimeNs();
        bool winsTies = _heapCount == 1 || stream < SecondStream();
        Span<RawEvent> rows = _streams[stream].Chunk(_chunk[stream]);
        int start = _row[stream];
        int end = start + 1;
        while (end < rows.Length && (rows[end].TimeNs < limitNs || (winsTies && rows[end].TimeNs == limitNs)))
            end++;
        sink.Add(_streams[stream], rows[start..end]);
        if (end < rows.Length)
        {
            _row[stream] = end;
            _nextTimeNs[stream] = rows[end].TimeNs;
            return;
        }

        _streams[stream].FreeChunk(_chunk[stream]);
        _row[stream] = 0;
        _chunk[stream]++;
        _nextTimeNs[stream] = _chunk[stream] < _streams[stream].ChunkCount
            ? _streams[stream].Chunk(_chunk[stream])[0].TimeNs
            : long.MaxValue;
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
    /// <summary>Rows of one CPU, each no older than any row given before.</summary>
    void Add(RawEventStream stream, ReadOnlySpan<RawEvent> run);
}
