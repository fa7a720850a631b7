namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Merges per-CPU streams by (time, CPU), freeing each stream's chunks as they are used up. Runs of one CPU are taken without touching
/// the queue of the others.
/// </summary>
internal sealed class StreamMerge
{
    private readonly RawEventStream[] _streams;
    private readonly (int Chunk, int Row)[] _next;

    // All streams but the one whose turn it is, by the time of their next row.
    private readonly PriorityQueue<int, (long TimeNs, int Stream)> _others = new();

    public StreamMerge(IEnumerable<RawEventStream> streams)
    {
        _streams = [.. streams.Where(stream => stream.Rows > 0).OrderBy(stream => stream.Cpu)];
        _next = new (int Chunk, int Row)[_streams.Length];
        for (int stream = 0; stream < _streams.Length; stream++)
            _others.Enqueue(stream, (_streams[stream].Chunk(0)[0].TimeNs, stream));
    }

    /// <summary>Calls <paramref name="sink"/> for runs of rows of one CPU, in merged order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ForEachRun(IRunSink sink)
    {
        bool isLeft = _others.TryDequeue(out int stream, out _);
        while (isLeft)
        {
            if (!_others.TryPeek(out _, out (long TimeNs, int Stream) limit))
                limit = (long.MaxValue, int.MaxValue);
            if (TakeRun(stream, limit, sink) is { } nextTimeNs)
                stream = _others.EnqueueDequeue(stream, (nextTimeNs, stream));
            else
                isLeft = _others.TryDequeue(out stream, out _);
        }
    }

    // Takes rows up to the first one of another stream, and the first of them in any case. The time of the next, null at the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long? TakeRun(int stream, (long TimeNs, int Stream) limit, IRunSink sink)
    {
        RawEventStream source = _streams[stream];
        (int chunk, int start) = _next[stream];
        Span<RawEvent> rows = source.Chunk(chunk);
        bool winsTies = stream < limit.Stream;
        int end = start + 1;
        while (end < rows.Length && (rows[end].TimeNs < limit.TimeNs || (winsTies && rows[end].TimeNs == limit.TimeNs)))
            end++;
        sink.Add(source, rows[start..end]);
        if (end == rows.Length)
        {
            source.FreeChunk(chunk);
            (chunk, end) = (chunk + 1, 0);
        }

        _next[stream] = (chunk, end);
        return chunk < source.ChunkCount ? source.Chunk(chunk)[end].TimeNs : null;
    }
}

/// <summary>Takes merged rows, run by run.</summary>
internal interface IRunSink
{
    /// <summary>Rows of one CPU, each no older than any row given before.</summary>
    void Add(RawEventStream stream, ReadOnlySpan<RawEvent> run);
}
