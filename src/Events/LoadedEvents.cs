using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>An event table over the single batch of a loaded file. It owns the file.</summary>
internal sealed unsafe class LoadedEvents(LoadedFile file, RecordBatch batch, TraceFacts facts, CommTable comms) : EventTable
{
    private readonly long* _timesNs = Start<long>(file, batch, 0);
    private readonly ushort* _cpus = Start<ushort>(file, batch, 1);
    private readonly EventKind* _kinds = (EventKind*)Start<byte>(file, batch, EventSchema.KindColumn);
    private readonly int* _tasks = Start<int>(file, batch, 3);
    private readonly int* _others = Start<int>(file, batch, 4);
    private readonly int* _tids = Start<int>(file, batch, 5);
    private readonly int* _comms = Start<int>(file, batch, EventSchema.CommColumn);
    private readonly long* _values = Start<long>(file, batch, 7);

    public override TraceFacts Facts => facts;
    public override CommTable CommNames => comms;
    public override int Count { get; } = batch.Length;
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
        file.Dispose();
        base.Dispose();
    }

    /// <summary>Reads a file with one batch.</summary>
    /// <exception cref="EventFileException">See <see cref="EventFile.Open"/>.</exception>
    public static EventTable Open(string path)
    {
        LoadedFile file = new(path);
        using LoadedMessages messages = new(file);
        EventFileReader reader = new(path, messages);
        bool isInUse = false;
        try
        {
            LoadedEvents events = reader.Read(() =>
            {
                using ArrowStreamReader batches = reader.Batches();
                RecordBatch batch = batches.ReadNextRecordBatch() ?? throw new InvalidDataException("no batch of events");
                if (batches.ReadNextRecordBatch() is not null)
                    throw new InvalidDataException("a second batch of events");
                (TraceFacts facts, CommTable comms) = reader.Names();
                return new LoadedEvents(file, batch, facts, comms);
            });
            reader.RequireSound(events);
            isInUse = true;
            return events;
        }
        finally
        {
            if (!isInUse)
                file.Dispose();
        }
    }

    /// <summary>The values of a column, after checking that none is null and that there is one per row.</summary>
    public static ReadOnlySpan<T> Column<T>(RecordBatch batch, int column)
        where T : unmanaged, IEquatable<T>
    {
        PrimitiveArray<T> array = (PrimitiveArray<T>)batch.Column(column);
        if (array.Length != batch.Length || array.NullCount != 0)
            throw new InvalidDataException($"column {column} has {array.Length} rows, {array.NullCount} of them null, in a batch of {batch.Length}");
        return array.Values;
    }

    private static T* Start<T>(LoadedFile file, RecordBatch batch, int column)
        where T : unmanaged, IEquatable<T>
    {
        ReadOnlySpan<T> values = Column<T>(batch, column);
        if (values.IsEmpty)
            return null;
        T* start = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        if ((nint)start % sizeof(T) != 0)
            throw new InvalidDataException($"column {column} is not aligned to {sizeof(T)} bytes");

        // Memory of the garbage collector could move, and the pointer would become invalid.
        return file.Holds(start, (long)values.Length * sizeof(T)) ? start : throw new InvalidOperationException("The column was copied.");
    }
}
