namespace ForkTrace.Events;

/// <summary>An <see cref="EventTable"/> in managed memory. Ingest and generators fill it row by row.</summary>
public sealed class EventColumns(int capacity) : EventTable
{
    private readonly long[] _timesNs = GC.AllocateUninitializedArray<long>(capacity);
    private readonly long[] _values = GC.AllocateUninitializedArray<long>(capacity);
    private readonly int[] _tasks = GC.AllocateUninitializedArray<int>(capacity);
    private readonly int[] _others = GC.AllocateUninitializedArray<int>(capacity);
    private readonly int[] _tids = GC.AllocateUninitializedArray<int>(capacity);
    private readonly int[] _comms = GC.AllocateUninitializedArray<int>(capacity);
    private readonly ushort[] _cpus = GC.AllocateUninitializedArray<ushort>(capacity);
    private readonly EventKind[] _kinds = GC.AllocateUninitializedArray<EventKind>(capacity);
    private TraceFacts? _facts;
    private CommTable _commNames = CommTable.Empty;
    private int _count;

    /// <summary>Number of rows that fit.</summary>
    public int Capacity => capacity;

    public override TraceFacts Facts => _facts ?? throw new InvalidOperationException("The columns have not been completed.");
    public override CommTable CommNames => _commNames;
    public override int Count => _count;
    public override ReadOnlySpan<long> TimesNs => _timesNs.AsSpan(0, _count);
    public override ReadOnlySpan<ushort> Cpus => _cpus.AsSpan(0, _count);
    public override ReadOnlySpan<EventKind> Kinds => _kinds.AsSpan(0, _count);
    public override ReadOnlySpan<int> Tasks => _tasks.AsSpan(0, _count);
    public override ReadOnlySpan<int> Others => _others.AsSpan(0, _count);
    public override ReadOnlySpan<int> Tids => _tids.AsSpan(0, _count);
    public override ReadOnlySpan<int> Comms => _comms.AsSpan(0, _count);
    public override ReadOnlySpan<long> Values => _values.AsSpan(0, _count);

    /// <summary>Removes all rows.</summary>
    public void Clear() => _count = 0;

    /// <summary>Number of rows that can still be added.</summary>
    internal int Room => _timesNs.Length - _count;

    /// <summary>Appends one row; rows must come in time order and not exceed the capacity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long timeNs, ushort cpu, EventKind kind, int task, int other, int tid, int comm, long value)
    {
        int row = _count;
        _timesNs[row] = timeNs;
        _cpus[row] = cpu;
        _kinds[row] = kind;
        _tasks[row] = task;
        _others[row] = other;
        _tids[row] = tid;
        _comms[row] = comm;
        _values[row] = value;
        _count = row + 1;
    }

    /// <summary>Appends rows, column by column; all columns have the same length.</summary>
    public void Add(
        ReadOnlySpan<long> timesNs, ReadOnlySpan<ushort> cpus, ReadOnlySpan<EventKind> kinds, ReadOnlySpan<int> tasks,
        ReadOnlySpan<int> others, ReadOnlySpan<int> tids, ReadOnlySpan<int> comms, ReadOnlySpan<long> values)
    {
        timesNs.CopyTo(_timesNs.AsSpan(_count));
        cpus.CopyTo(_cpus.AsSpan(_count));
        kinds.CopyTo(_kinds.AsSpan(_count));
        tasks.CopyTo(_tasks.AsSpan(_count));
        others.CopyTo(_others.AsSpan(_count));
        tids.CopyTo(_tids.AsSpan(_count));
        comms.CopyTo(_comms.AsSpan(_count));
        values.CopyTo(_values.AsSpan(_count));
        _count += timesNs.Length;
    }

    /// <summary>Removes the rows for which <paramref name="matches"/> holds and returns how many there were.</summary>
    public int RemoveWhere(Func<EventKind, long, bool> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        int before = _count;
        _count = 0;
        for (int row = 0; row < before; row++)
        {
            if (!matches(_kinds[row], _values[row]))
                Add(_timesNs[row], _cpus[row], _kinds[row], _tasks[row], _others[row], _tids[row], _comms[row], _values[row]);
        }

        return before - _count;
    }

    public void Replace(int row, ushort cpu, long value)
    {
        _cpus[row] = cpu;
        _values[row] = value;
    }

    /// <summary>Sets the facts and names that belong to the rows.</summary>
    public void Complete(TraceFacts facts, CommTable commNames)
    {
        _facts = facts;
        _commNames = commNames;
    }
}
