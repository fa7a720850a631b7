using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>The rows of a trace that are in memory: a window that moves forward. It contains only rows that a replay may use.</summary>
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
    private readonly long[] _countsByKind = new long[EventKinds.TableLength];
    private EventTable? _batch;
    private int _next;

    /// <summary>Rows in memory.</summary>
    public int Count { get; private set; }

    /// <summary>Number of rows before those in memory.</summary>
    public long Dropped { get; private set; }

    /// <summary>True if the last row of the trace is in memory.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The highest CPU of a row so far; -1 if there was none.</summary>
    public int CpuMax { get; private set; } = -1;

    public ReadOnlySpan<long> TimesNs => _timesNs.AsSpan(0, Count);

    public ReadOnlySpan<int> Tasks => _tasks.AsSpan(0, Count);

    public ReadOnlySpan<int> Others => _others.AsSpan(0, Count);

    public ReadOnlySpan<EventKind> Kinds => _kinds.AsSpan(0, Count);

    /// <summary>Reads until that many rows are in memory, or the trace ends.</summary>
    public void FillTo(int rows)
    {
        FillUntil(rows, long.MaxValue);

        // Only the next batch shows whether this is the end.
        while (!IsAtEnd && (_batch is null || _next == _batch.Count))
        {
            _batch = stream.Next();
            _next = 0;
            IsAtEnd = _batch is null;
        }
    }

    /// <summary>Reads until that many rows are in memory, or one that is later than a time, or the trace ends. Does not wait for
    /// more.</summary>
    public void FillUntil(int rows, long timeNs)
    {
        while (Count < rows && !IsAtEnd && (Count == 0 || _timesNs[Count - 1] <= timeNs))
        {
            if (_batch is null || _next == _batch.Count)
            {
                _batch = stream.Next();
                _next = 0;
            }

            if (_batch is null)
                IsAtEnd = true;
            else
                Copy(_batch, rows, timeNs);
        }
    }

    /// <summary>Number of rows of each kind so far, by name.</summary>
    public ImmutableSortedDictionary<string, long> CountsByKind() => EventKinds.All
        .Where(kind => _countsByKind[(int)kind] > 0)
        .ToImmutableSortedDictionary(EventKinds.Name, kind => _countsByKind[(int)kind], StringComparer.Ordinal);

    /// <summary>Removes the first rows.</summary>
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

    /// <summary>Appends the rows to others, with tasks renumbered.</summary>
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

    private void Copy(EventTable batch, int rows, long timeNs)
    {
        ReadOnlySpan<EventKind> kinds = batch.Kinds;
        ReadOnlySpan<long> timesNs = batch.TimesNs, values = batch.Values;
        ReadOnlySpan<ushort> cpus = batch.Cpus;
        bool isLater = false;
        while (_next < kinds.Length && Count < rows && !isLater)
        {
            int from = _next, to = from;
            int end = (int)Math.Min(kinds.Length, from + (long)(rows - Count));
            for (; to < end && !isLater && ReplayInput.Shows(kinds[to], values[to]); to++)
            {
                _countsByKind[(int)kinds[to]]++;
                CpuMax = Math.Max(CpuMax, cpus[to]);
                isLater = timesNs[to] > timeNs;
            }

            Copy(batch, from, to);
            bool isHidden = to < end && !isLater;
            _next = isHidden ? to + 1 : to;
        }
    }

    private void Copy(EventTable batch, int from, int to)
    {
        batch.TimesNs[from..to].CopyTo(_timesNs.AsSpan(Count));
        batch.Values[from..to].CopyTo(_values.AsSpan(Count));
        batch.Tasks[from..to].CopyTo(_tasks.AsSpan(Count));
        batch.Others[from..to].CopyTo(_others.AsSpan(Count));
        batch.Tids[from..to].CopyTo(_tids.AsSpan(Count));
        batch.Comms[from..to].CopyTo(_comms.AsSpan(Count));
        batch.Cpus[from..to].CopyTo(_cpus.AsSpan(Count));
        batch.Kinds[from..to].CopyTo(_kinds.AsSpan(Count));
        Count += to - from;
    }

    private void Shift<T>(T[] column, int rows) => column.AsSpan(rows, Count - rows).CopyTo(column);
}
