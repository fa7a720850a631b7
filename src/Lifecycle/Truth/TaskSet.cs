namespace ForkTrace.Lifecycle.Truth;

/// <summary>A set of tasks: one bit per id up to the highest.</summary>
internal sealed class TaskSet
{
    private ulong[] _bits = [];

    public void Add(int id)
    {
        int word = id >> 6;
        if (word >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(word + 1, 2 * _bits.Length));
        _bits[word] |= 1UL << id;
    }

    public void Remove(int id)
    {
        if (id >> 6 < _bits.Length)
            _bits[id >> 6] &= ~(1UL << id);
    }

    public bool Contains(int id) => id >> 6 < _bits.Length && (_bits[id >> 6] >> id & 1) != 0;
}
