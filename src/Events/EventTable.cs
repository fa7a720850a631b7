namespace ForkTrace.Events;

/// <summary>
/// The events of one recording as columns, one row per event, in time order. Rows with the same time are in the order of their CPU's
/// buffer, lower CPU first. Spans are valid until the table is disposed, which may free their memory.
/// </summary>
public abstract class EventTable : IDisposable
{
    public abstract TraceFacts Facts { get; }
    public abstract CommTable CommNames { get; }

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Time in nanoseconds of the trace clock, non-decreasing.</summary>
    public abstract ReadOnlySpan<long> TimesNs { get; }

    /// <summary>CPU whose buffer contained the event.</summary>
    public abstract ReadOnlySpan<ushort> Cpus { get; }

    public abstract ReadOnlySpan<EventKind> Kinds { get; }

    /// <summary>Dense id of the subject: one id for each (tid, incarnation); -1 for the idle task.</summary>
    public abstract ReadOnlySpan<int> Tasks { get; }

    /// <summary>Dense id of the other task of the event (see <see cref="EventKind"/>); -1 for none or the idle task.</summary>
    public abstract ReadOnlySpan<int> Others { get; }

    /// <summary>Thread id of the subject, in the root pid namespace.</summary>
    public abstract ReadOnlySpan<int> Tids { get; }

    /// <summary>Index into <see cref="CommNames"/>.</summary>
    public abstract ReadOnlySpan<int> Comms { get; }

    /// <summary>Meaning by kind: see <see cref="EventKind"/>.</summary>
    public abstract ReadOnlySpan<long> Values { get; }

    /// <summary>Invalidates the spans.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>
/// The distinct task names of a trace. Index 0 is the unknown name "". A name is the kernel's bytes as UTF-8. Bytes that are not UTF-8, and
/// backslashes, are written <c>\xNN</c>, so that no name is lost. Control characters are kept: escape names before showing them.
/// </summary>
public sealed class CommTable(ImmutableArray<string> names)
{
    public static CommTable Empty { get; } = new([""]);
    public int Count => names.Length;
    public ImmutableArray<string> Names => names;
    public string this[int index] => names[index];
}
