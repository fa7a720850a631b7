using Apache.Arrow;

namespace ForkTrace.Events;

/// <summary>An event table over one batch of a mapped file.</summary>
internal sealed unsafe class MappedEvents : EventTable
{
    private readonly MappedFile _file;
    private readonly long* _timesNs;
    private readonly ushort* _cpus;
    private readonly EventKind* _kinds;
    private readonly int* _tasks;
    private readonly int* _others;
    private readonly int* _tids;
    private readonly int* _comms;
    private readonly long* _values;

    /// <summary>Owns the mapping from then on.</summary>
    public MappedEvents(MappedFile file, RecordBatch batch, TraceFacts facts, CommTable comms)
    {
        Facts = facts;
        CommNames = comms;
        Count = batch.Length;
        _timesNs = Start<long>(file, batch, 0);
        _cpus = Start<ushort>(file, batch, 1);
        _kinds = (EventKind*)Start<byte>(file, batch, 2);
        _tasks = Start<int>(file, batch, 3);
        _others = Start<int>(file, batch, 4);
        _tids = Start<int>(file, batch, 5);
        _comms = Start<int>(file, batch, 6);
        _values = Start<long>(file, batch, 7);
        _file = file;
    }

    public override TraceFacts Facts { get; }
    public override CommTable CommNames { get; }
    public override int Count { get; }
    public override ReadOnlySpan<long> TimesNs => new(_timesNs, Count);
    public override ReadOnlySpan<ushort> Cpus => new(_cpus, Count);
    public override ReadOnlySpan<EventKind> Kinds => new(_kinds, Count);
    public override ReadOnlySpan<int> Tasks => new(_tasks, Count);
    public override ReadOnlySpan<int> Others => new(_others, Count);
    public override ReadOnlySpan<int> Tids => new(_tids, Count);
    public override ReadOnlySpan<int> Comms => new(_comms, Count);
    public override ReadOnlySpan<long> Values => new(_values, Count);

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }

    /// <summary>The values of a column, checked: none is null, and there are as many as rows.</summary>
    public static ReadOnlySpan<T> Column<T>(RecordBatch batch, int column)
        where T : unmanaged, IEquatable<T>
    {
        PrimitiveArray<T> array = (PrimitiveArray<T>)batch.Column(column);
        if (array.Length != batch.Length || array.NullCount != 0)
            throw new InvalidDataException($"a column {column} of {array.Length} rows, {array.NullCount} of them null, in a batch of {batch.Length}");
        return array.Values;
    }

    private static T* Start<T>(MappedFile file, RecordBatch batch, int column)
        where T : unmanaged, IEquatable<T>
    {
        ReadOnlySpan<T> values = Column<T>(batch, column);
        if (values.IsEmpty)
            return null;
        T* start = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        if ((nint)start % sizeof(T) != 0)
            throw new InvalidDataException($"a column {column} that does not lie at a multiple of {sizeof(T)} bytes");

        // A pointer to memory of the collector's would not stay one.
        return file.Holds(start, (long)values.Length * sizeof(T)) ? start : throw new InvalidOperationException("The column was copied.");
    }
}
