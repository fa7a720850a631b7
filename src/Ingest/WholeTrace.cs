namespace ForkTrace.Ingest;

/// <summary>A recording that has been read as a whole, as a stream of one batch.</summary>
/// <param name="events">The recording; the stream takes ownership.</param>
internal sealed class WholeTrace(EventTable events) : EventStream
{
    private bool _isOver = events.Count == 0;

    public override TraceFacts Facts => events.Facts;

    public override CommTable CommNames => events.CommNames;

    public override EventTable? Next()
    {
        bool wasOver = _isOver;
        _isOver = true;
        return wasOver ? null : events;
    }

    public override void Dispose()
    {
        events.Dispose();
        base.Dispose();
    }
}
