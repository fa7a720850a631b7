namespace ForkTrace.Events.Synthesis;

/// <summary>A binary heap of items, ordered by time and then by a number.</summary>
internal sealed class TimeHeap
{
    private Entry[] _entries = new Entry[64];

    public int Count { get; private set; }

    /// <summary>The item that comes first.</summary>
    public int Least => _entries[0].Item;

    /// <summary>Its time.</summary>
    public long LeastNs => _entries[0].TimeNs;

    public void Push(long timeNs, long order, int item)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, 2 * Count);
        Entry added = new(timeNs, order, item);
        int index = Count++;
        for (; index > 0 && added.IsBefore(_entries[(index - 1) / 2]); index = (index - 1) / 2)
            _entries[index] = _entries[(index - 1) / 2];
        _entries[index] = added;
    }

    public void Pop()
    {
        if (--Count > 0)
            Sink(_entries[Count]);
    }

    /// <summary>Removes the first item and adds another.</summary>
    public void ReplaceLeast(long timeNs, long order, int item) => Sink(new Entry(timeNs, order, item));

    private void Sink(in Entry moved)
    {
        int index = 0;
        for (int child = 1; child < Count; child = (2 * index) + 1)
        {
            if (child + 1 < Count && _entries[child + 1].IsBefore(_entries[child]))
                child++;
            if (!_entries[child].IsBefore(moved))
                break;
            _entries[index] = _entries[child];
            index = child;
        }

        _entries[index] = moved;
    }

    private readonly struct Entry(long timeNs, long order, int item)
    {
        public readonly long TimeNs = timeNs;
        public readonly int Item = item;
        private readonly long _order = order;

        public bool IsBefore(in Entry other) => TimeNs < other.TimeNs || (TimeNs == other.TimeNs && _order < other._order);
    }
}
