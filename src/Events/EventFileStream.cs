using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>
/// An event file that is read batch by batch. While the caller uses one batch, another thread reads the next. No more than these two are in
/// memory.
/// </summary>
internal sealed class EventFileStream : EventStream
{
    private readonly StoredMessages _messages;
    private readonly EventFileReader _reader;
    private readonly ArrowStreamReader _batches;
    private readonly long _rows;
    private BatchEvents? _batch;
    private Task<BatchEvents?>? _ahead;
    private int _batchesLeft;
    private long _rowsRead;
    private long _lastNs = long.MinValue;

    public EventFileStream(string path)
    {
        _messages = new StoredMessages(path);
        _reader = new EventFileReader(path, _messages);
        try
        {
            (_rows, _batchesLeft) = _reader.Read(() =>
            {
                _reader.Batches().Dispose();
                return _messages.SkipBatches();
            });
            (Facts, CommNames) = _reader.Read(_reader.Names);
            IsOneBatch = _batchesLeft == 1;
            _messages.Position = 0;
            _batches = _reader.Read(_reader.Batches);
        }
        catch
        {
            _messages.Dispose();
            throw;
        }
    }

    public override TraceFacts Facts { get; }

    public override CommTable CommNames { get; }

    /// <summary>True if all events are in one batch.</summary>
    public bool IsOneBatch { get; }

    /// <inheritdoc/>
    /// <exception cref="EventFileException">The batch is damaged, or the file changed while it was read.</exception>
    public override EventTable? Next()
    {
        BatchEvents? next = _ahead is null ? Read() : _ahead.GetAwaiter().GetResult();
        _batch?.Dispose();
        _batch = next;
        _batchesLeft--;
        _ahead = _batchesLeft > 0 ? Task.Run(Read) : null;
        return _batch;
    }

    /// <summary>All rows in one table.</summary>
    public EventColumns ReadAll()
    {
        EventColumns all = new(checked((int)_rows));
        while (Next() is { } batch)
        {
            all.Add(
                batch.TimesNs, batch.Cpus, batch.Kinds, batch.Tasks, batch.Others, batch.Tids, batch.Comms, batch.Values);
        }

        all.Complete(Facts, CommNames);
        return all;
    }

    public override void Dispose()
    {
        if (_ahead is not null)
        {
            // The thread may still use the file. Its error, if any, no longer matters.
            ((IAsyncResult)_ahead).AsyncWaitHandle.WaitOne();
            if (_ahead.IsCompletedSuccessfully)
                _ahead.Result?.Dispose();
        }

        _batch?.Dispose();
        _batches.Dispose();
        _messages.Dispose();
        base.Dispose();
    }

    // The next batch with rows; null at the end.
    private BatchEvents? Read()
    {
        RecordBatch? batch = _reader.Read(_batches.ReadNextRecordBatch);
        while (batch is { Length: 0 })
        {
            batch.Dispose();
            batch = _reader.Read(_batches.ReadNextRecordBatch);
        }

        if (batch is null)
        {
            _messages.RequireUnchanged();
            return _rowsRead == _rows ? null : throw new InvalidOperationException($"{_rowsRead} rows were read of {_rows}.");
        }

        try
        {
            BatchEvents events = _reader.Read(() => new BatchEvents(batch, Facts, CommNames));
            _reader.RequireSound(events, _lastNs);
            _lastNs = events.TimesNs[^1];
            _rowsRead += events.Count;
            return events;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a batch.</summary>
    private sealed class BatchEvents : EventTable
    {
        private readonly RecordBatch _batch;

        public BatchEvents(RecordBatch batch, TraceFacts facts, CommTable comms)
        {
            _batch = batch;
            Facts = facts;
            CommNames = comms;

            // Throws if a column is invalid.
            _ = (TimesNs.Length, Cpus.Length, Kinds.Length, Tasks.Length, Others.Length, Tids.Length, Comms.Length, Values.Length);
        }

        public override TraceFacts Facts { get; }
        public override CommTable CommNames { get; }
        public override int Count => _batch.Length;
        public override ReadOnlySpan<long> TimesNs => LoadedEvents.Column<long>(_batch, 0);
        public override ReadOnlySpan<ushort> Cpus => LoadedEvents.Column<ushort>(_batch, 1);
        public override ReadOnlySpan<EventKind> Kinds =>
            MemoryMarshal.Cast<byte, EventKind>(LoadedEvents.Column<byte>(_batch, EventSchema.KindColumn));

        public override ReadOnlySpan<int> Tasks => LoadedEvents.Column<int>(_batch, 3);
        public override ReadOnlySpan<int> Others => LoadedEvents.Column<int>(_batch, 4);
        public override ReadOnlySpan<int> Tids => LoadedEvents.Column<int>(_batch, 5);
        public override ReadOnlySpan<int> Comms => LoadedEvents.Column<int>(_batch, EventSchema.CommColumn);
        public override ReadOnlySpan<long> Values => LoadedEvents.Column<long>(_batch, 7);

        public override void Dispose()
        {
            _batch.Dispose();
            base.Dispose();
        }
    }
}
