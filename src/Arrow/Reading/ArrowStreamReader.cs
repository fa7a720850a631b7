using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Reading;

/// <summary>
/// Reads an Arrow stream forward, batch by batch, from anything that can be read: a pipe, a decompressor, a file. Not thread safe.
/// </summary>
/// <remarks>Memory grows with what was really read, never with what a length claims.</remarks>
public sealed class ArrowStreamReader : IDisposable
{
    private readonly MessageSource _source;
    private readonly DictionarySet _dictionaries;

    /// <summary>Reads the schema.</summary>
    /// <param name="stream">The stream, at its first byte.</param>
    /// <param name="leaveOpen">True to leave it open when this reader is disposed.</param>
    /// <exception cref="ArrowFormatException">The bytes are no Arrow stream, or have columns that are not supported.</exception>
    public ArrowStreamReader(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _source = new MessageSource(stream, leaveOpen);
        try
        {
            if (!_source.TryNext(out IpcMessage message))
                Reject.Truncated("Arrow stream", _source.Offset, 0, IpcFormat.MessagePrefixBytes);
            if (message.Kind != MessageKind.Schema)
                Reject.With("first message", _source.MessageOffset, message.Kind.ToString(), nameof(MessageKind.Schema));
            Schema = SchemaDecoder.Decode(message.Header);
            _source.ReadBody(message.BodyBytes).Dispose();
            _dictionaries = new DictionarySet(Schema);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    public ArrowSchema Schema { get; }

    /// <summary>Bytes of the stream that were read so far.</summary>
    public long BytesRead => _source.Offset;

    /// <summary>The next record batch, which the caller disposes, or null at the end. It stays valid when the reader goes on.</summary>
    /// <exception cref="ArrowFormatException">The stream is damaged or ends within a message.</exception>
    public RecordBatch? Read()
    {
        while (_source.TryNext(out IpcMessage message))
        {
            if (message.Kind == MessageKind.Schema)
                Reject.With("message", _source.MessageOffset, "a second schema", "dictionary and record batches");
            BatchMemory body = _source.ReadBody(message.BodyBytes);
            if (message.Kind == MessageKind.RecordBatch)
                return Decode(message, body);
            _dictionaries.Add(message.Header, body, canReplace: true);
        }

        return null;
    }

    public void Dispose()
    {
        _dictionaries.Dispose();
        _source.Dispose();
    }

    private RecordBatch Decode(IpcMessage message, BatchMemory body)
    {
        try
        {
            return BatchDecoder.Decode(message.Header, Schema, body, _dictionaries);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
