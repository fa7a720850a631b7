namespace ForkTrace.Events;

/// <summary>
/// The events of one recording, batch by batch in time order: for recordings that are longer than memory, and for those that have not ended.
/// </summary>
public abstract class EventStream : IDisposable
{
    /// <summary>
    /// What is known of the recording: all of it where it has been read to its end before (an event file), else what the batches so far have
    /// shown. All of it once <see cref="Next"/> has returned null.
    /// </summary>
    public abstract TraceFacts Facts { get; }

    /// <summary>The names that the batches so far speak of; it may grow with each batch.</summary>
    public abstract CommTable CommNames { get; }

    /// <summary>
    /// The next rows, at least one; null at the end. Task ids are dense over the whole recording. The table is valid until the next call.
    /// </summary>
    public abstract EventTable? Next();

    /// <summary>Ends the life of the last table.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
