using ForkTrace.Events;

namespace ForkTrace.Ingest.Columns;

/// <summary>One event as a reader decodes it, before streams are merged and tids become tasks. The CPU is its stream's.</summary>
public struct RawEvent
{
    /// <summary>Nanoseconds (or ticks) of the trace clock.</summary>
    public long TimeNs;

    /// <summary>Meaning by kind.</summary>
    public long Value;

    /// <summary>Thread id of the subject.</summary>
    public int Tid;

    /// <summary>Thread id of the other task, -1 for none.</summary>
    public int OtherTid;

    /// <summary>Index into the stream's <see cref="CommInterner"/>.</summary>
    public int Comm;

    public EventKind Kind;
}
