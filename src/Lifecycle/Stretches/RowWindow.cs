using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>The rows of a trace that are in memory: a window that moves on. Only what a replay may look at gets into it.</summary>
internal sealed class RowWindow(EventStream stream, int capacity) : IDisposable
{
    private readonly long[] _timesNs = new long[capacity];
    private readonly long[] _values = new long[capacity];
    private readonly int[] _tasks = new int[capacity];
    private readonly int[] _others = new int[capacity];
    private readonly int[] _tids = new int[capacity];
    private readonly int[] _comms = new int[capacity];
    private readonly int[] _numbers = new int[capacity];
    private readonly int[] _otherNumbers = new int[capacity];
    private readonly ushort[] _cpus = new ushort[capacity];
    private readonly EventKind[] _kinds = new EventKind[capacity];
    private EventTable? _batch;
    private int _next;

    /// <summary>Rows in memory.</summary>
    public int Count { get; private set; }

    /// <summary>How many rows were before them.</summary>
    public long Dropped { get; private set; }

    /// <summary>True if the last row of the trace is in memory.</summary>
    public bool IsAtEnd { get; private set; }

    public ReadOnlySpan<int> Tasks => _tasks.AsSpan(0, Count);

    public ReadOnlySpan<int> Others => _others.AsSpan(0, Count);

    public ReadOnlySpan<EventKind> Kinds => _kinds.AsSpan(0, Count);

    /// <summary>Reads on until so many rows are in memory, or the trace ends.</summary>
    public void FillTo(int rows)
    {
        while (Count < rows && !IsAtEnd)
        {
            if (_batch is null || _next == _batch.Count)
            {
                _batch = stream.Next();
                _next = 0;
            }

            if (_batch is null)
                IsAtEnd = true;
            else
                Copy(_batch, rows);
        }

        // Whether this is the end, only the next batch tells.
        while (!IsAtEnd && (_batch is null || _next == _batch.Count))
        {
            _batch = stream.Next();
            _next = 0;
            IsAtEnd = _batch is null;
        }
    }

    /// <summary>Forgets the first rows.</summary>
    public void Drop(int rows)
    {
        Shift(_timesNs, rows);
        Shift(_values, rows);
        Shift(_tasks, rows);
        Shift(_others, rows);
        Shift(_tids, rows);
        Shift(_comms, rows);
        Shift(_cpus, rows);
        Shift(_kinds, rows);
        Count -= rows;
        Dropped += rows;
    }

    /// <summary>Adds the rows to others, with tasks by number.</summary>
    public void AddTo(EventColumns rows, TaskNumbers numbers)
    {
        for (int row = 0; row < Count; row++)
        {
            _numbers[row] = numbers.Of(_tasks[row]);
            _otherNumbers[row] = numbers.Of(_others[row]);
        }

        rows.Add(
            _timesNs.AsSpan(0, Count), _cpus.AsSpan(0, Count), _kinds.AsSpan(0, Count), _numbers.AsSpan(0, Count),
            _otherNumbers.AsSpan(0, Count), _tids.AsSpan(0, Count), _comms.AsSpan(0, Count), _values.AsSpan(0, Count));
    }

    public EventRow Row(int row) => new(
        Dropped + row, _timesNs[row], _cpus[row], _kinds[row], _tasks[row], _others[row], _tids[row], _comms[row], _values[row]);

    public void Dispose() => stream.Dispose();

    private void Copy(EventTable batch, int rows)
    {
        ReadOnlySpan<EventKind> kinds = batch.Kinds;
        ReadOnlySpan<long> timesNs = batch.TimesNs, values = batch.Values;
        ReadOnlySpan<int> tasks = batch.Tasks, others = batch.Others, tids = batch.Tids, comms = batch.Comms;
        ReadOnlySpan<ushort> cpus = batch.Cpus;
        int row = _next, count = Count;
        for (; row < kinds.Length && count < rows; row++)
        {
            if (!ReplayInput.Shows(kinds[row], values[row]))
                continue;
            _timesNs[count] = timesNs[row];
            _values[count] = values[row];
            _tasks[count] = tasks[row];
            _others[count] = others[row];
            _tids[count] = tids[row];
            _comms[count] = comms[row];
            _cpus[count] = cpus[row];
            _kinds[count] = kinds[row];
            count++;
        }

        _next = row;
        Count = count;
    }

    private void Shift<T>(T[] column, int rows) => column.AsSpan(rows, Count - rows).CopyTo(column);
}
