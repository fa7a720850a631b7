using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>From the id that the kernel gave an event on one CPU to the number of its attribute. Looked up once a sample.</summary>
internal sealed class IdMap
{
    private ulong[] _ids = new ulong[64];
    private int[] _values = new int[64];
    private int _shift = 64 - 6;

    public int Count { get; private set; }

    /// <summary>Sets an id's number; a later one replaces an earlier one.</summary>
    public void Set(ulong id, int value)
    {
        if (Count * 2 >= _ids.Length)
            Grow();
        int slot = SlotOf(id);
        if (_values[slot] == 0)
            Count++;
        _ids[slot] = id;
        _values[slot] = value + 1;
    }

    /// <summary>The id's number, -1 if it was never set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong id) => _values[SlotOf(id)] - 1;

    // The id's own slot or the first free one after where it belongs; there always is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(ulong id)
    {
        int mask = _ids.Length - 1;
        int slot = (int)((id * 0x9E3779B97F4A7C15UL) >> _shift);
        while (_values[slot] != 0 && _ids[slot] != id)
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        ulong[] ids = _ids;
        int[] values = _values;
        _ids = new ulong[ids.Length * 2];
        _values = new int[ids.Length * 2];
        _shift--;
        Count = 0;
        for (int slot = 0; slot < ids.Length; slot++)
        {
            if (values[slot] != 0)
                Set(ids[slot], values[slot] - 1);
        }
    }
}
