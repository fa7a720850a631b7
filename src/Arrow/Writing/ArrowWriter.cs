using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>
/// Writes record batches to a stream that is only ever written forward: a file, a pipe, a socket. Not thread safe.
/// </summary>
/// <remarks>
/// Without <see cref="Finish"/> the output is incomplete, on purpose: an output that was broken off does not pass for a whole one.
/// </remarks>
public abstract class ArrowWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly ArrowWriterOptions _options;
    private readonly DictionaryProgress[] _dictionaries;
    private State _state;

    private protected ArrowWriter(Stream stream, ArrowSchema schema, ArrowWriterOptions? options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        _stream = stream;
        _options = options ?? ArrowWriterOptions.Default;
        _dictionaries = new DictionaryProgress[schema.Fields.Count];
        Schema = schema;
        Sink = new MessageSink(stream);
    }

    private enum State
    {
        Fresh,
        Started,
        Finished,
        Broken,
    }

    public ArrowSchema Schema { get; }

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten => Sink.Position;

    internal MessageSink Sink { get; }

    /// <summary>Writes a batch, and before it whatever its dictionaries gained since the last one.</summary>
    /// <param name="rowCount">Rows in each column.</param>
    /// <param name="columns">One a field, in the order of the schema.</param>
    /// <exception cref="ArgumentException">The columns do not fit the schema; nothing was written.</exception>
    public void Write(int rowCount, params ReadOnlySpan<ColumnData> columns)
    {
        RequireOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (columns.Length != Schema.Fields.Count)
            throw new ArgumentException($"There are {columns.Length} columns; the schema has {Schema.Fields.Count}.", nameof(columns));
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i].RequireFits(Schema.Fields[i], rowCount);
            _dictionaries[i].RequireGrown(Schema.Fields[i], columns[i].Dictionary);
        }

        using BatchBody body = new(_options);
        foreach (ColumnData column in columns)
            body.Add(column);
        Start();
        _state = State.Broken;
        for (int i = 0; i < columns.Length; i++)
            WriteDictionary(i, columns[i].Dictionary);
        WriteBatch(MetadataEncoder.RecordBatch(body.Layout(rowCount)), body, isDictionary: false);
        _state = State.Started;
    }

    /// <summary>Ends the output and flushes the stream.</summary>
    public void Finish()
    {
        RequireOpen();
        Start();
        _state = State.Broken;
        WriteEnd();
        Sink.Flush();
        _state = State.Finished;
    }

    /// <summary>Disposes the stream, unless it is to be left open. Does not finish the output.</summary>
    public void Dispose()
    {
        if (!_options.LeaveOpen)
            _stream.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void WriteStart();

    private protected abstract void WriteEnd();

    /// <summary>A message was written: the file format lists it in the footer.</summary>
    private protected virtual void Wrote(long offset, int metadataBytes, long bodyBytes, bool isDictionary)
    {
    }

    private void Start()
    {
        if (_state != State.Fresh)
            return;
        _state = State.Broken;
        WriteStart();
        Sink.WriteMetadata(MetadataEncoder.Schema(Schema));
        _state = State.Started;
    }

    private void WriteDictionary(int field, Utf8Builder? texts)
    {
        if (texts is null || !_dictionaries[field].Take(texts, out ColumnData news, out bool isDelta))
            return;
        using BatchBody body = new(_options);
        body.Add(news);
        WriteBatch(MetadataEncoder.DictionaryBatch(body.Layout(news.Length), field, isDelta), body, isDictionary: true);
    }

    private void WriteBatch(ReadOnlySpan<byte> metadata, BatchBody body, bool isDictionary)
    {
        long offset = Sink.Position;
        int metadataBytes = Sink.WriteMetadata(metadata);
        body.WriteTo(Sink);
        Wrote(offset, metadataBytes, body.SizeBytes, isDictionary);
    }

    private void RequireOpen()
    {
        if (_state == State.Finished)
            throw new InvalidOperationException("The output is finished: nothing can be written after that.");
        if (_state == State.Broken)
            throw new InvalidOperationException("An earlier write failed half-way: the output is broken.");
    }
}
