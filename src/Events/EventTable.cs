namespace ForkTrace.Events;

/// <summary>
/// The events of one recording as columns, one row per event, in time order (ties: the order in which the CPU's buffer held
/// them, lower CPU first). Spans stay valid until the table is disposed: they may lie in memory that it frees then.
/// </summary>
public abstract class EventTable : IDisposable
{
    public abstract TraceFacts Facts { get; }
    public abstract CommTable CommNames { get; }

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Time in nanoseconds of the trace clock, non-decreasing.</summary>
    public abstract ReadOnlySpan<long> TimesNs { get; }

    /// <summary>CPU whose buffer held the event.</summary>
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

    /// <summary>Ends the life of the spans.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>
/// The distinct task names of a trace. Index 0 is the unknown name "". A name is the kernel's bytes as UTF-8; bytes that are not
/// UTF-8, and the backslash, are written <c>\xNN</c>, so that no name is lost. Control characters are kept: escape before showing.
/// </summary>
public sealed class CommTable(ImmutableArray<string> names)
{
    public static CommTable Empty { get; } = new([""]);
    public int Count => names.Length;
    public ImmutableArray<string> Names => names;
    public string this[int index] => names[index];
}
