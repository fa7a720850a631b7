using System.Numerics;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>
/// The tasks of a stretch, numbered from 0 in the order of their ids: one bit per id up to the highest, and the number of set bits before
/// each word.
/// </summary>
internal sealed class TaskNumbers
{
    private ulong[] _bits = [];
    private int[] _before = [];

    /// <summary>Number of tasks.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => Array.Clear(_bits);

    /// <summary>Adds tasks by id; negative ids are ignored.</summary>
    public void Add(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
            Add(id);
    }

    public void Add(int id)
    {
        if (id < 0)
            return;
        int word = id >> 6;
        if (word >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(word + 1, 2 * _bits.Length));
        _bits[word] |= 1UL << id;
    }

    /// <summary>Gives numbers to all that were added.</summary>
    public void Complete()
    {
        if (_before.Length < _bits.Length)
            _before = new int[_bits.Length];
        Count = 0;
        for (int word = 0; word < _bits.Length; word++)
        {
            _before[word] = Count;
            Count += BitOperations.PopCount(_bits[word]);
        }
    }

    /// <summary>The number of a task that was added; -1 for a negative id.</summary>
    public int Of(int id) => id < 0 ? -1 : _before[id >> 6] + BitOperations.PopCount(_bits[id >> 6] & ((1UL << id) - 1));

    /// <summary>The ids, by number.</summary>
    public int[] Ids()
    {
        int[] ids = new int[Count];
        int next = 0;
        for (int word = 0; word < _bits.Length; word++)
        {
            for (ulong left = _bits[word]; left != 0; left &= left - 1)
                ids[next++] = (word << 6) + BitOperations.TrailingZeroCount(left);
        }

        return ids;
    }
}
