namespace ForkTrace.Events;

/// <summary>
/// The events of one recording, batch by batch in time order: for recordings larger than memory, and for those that have not ended.
/// </summary>
public abstract class EventStream : IDisposable
{
    /// <summary>
    /// The facts about the recording: complete if it has been read to its end before (an event file), else from the batches so far.
    /// Complete after <see cref="Next"/> has returned null.
    /// </summary>
    public abstract TraceFacts Facts { get; }

    /// <summary>The names used by the batches so far. Each batch may add some.</summary>
    public abstract CommTable CommNames { get; }

    /// <summary>
    /// The next rows, at least one; null at the end. Task ids are dense over the whole recording. The table is valid until the next call.
    /// </summary>
    public abstract EventTable? Next();

    /// <summary>Invalidates the last table.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
