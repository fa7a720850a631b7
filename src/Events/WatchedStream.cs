namespace ForkTrace.Events;

/// <summary>A stream that shows each batch to someone else before it is handed on.</summary>
/// <param name="stream">The stream; this object disposes it.</param>
/// <param name="look">Called with each batch.</param>
public sealed class WatchedStream(EventStream stream, Action<EventTable> look) : EventStream
{
    public override TraceFacts Facts => stream.Facts;

    public override CommTable CommNames => stream.CommNames;

    /// <inheritdoc/>
    public override EventTable? Next()
    {
        EventTable? batch = stream.Next();
        if (batch is not null)
            look(batch);
        return batch;
    }

    public override void Dispose()
    {
        stream.Dispose();
        base.Dispose();
    }
}
