using System.Buffers.Binary;
using System.Text;

namespace ForkTrace.Arrow.FlatBuffers;

/// <summary>
/// Writes a flatbuffer from its end to its start, so that whatever a table refers to is already there. Places are distances from the end.
/// </summary>
/// <remarks>Children first: make texts, vectors and inner tables before <see cref="StartTable"/> of the table that holds them.</remarks>
internal sealed class FlatBuilder
{
    private byte[] _bytes = new byte[1024];
    private int _used;
    private int _alignment = sizeof(int);
    private readonly int[] _slots = new int[8];
    private int _slotCount;
    private int _tableEnd;

    public void StartTable(int slotCount)
    {
        _slotCount = slotCount;
        _slots.AsSpan().Clear();
        _tableEnd = _used;
    }

    public void AddUInt8(int slot, byte value)
    {
        Align(1, 0);
        Claim(1)[0] = value;
        _slots[slot] = _used;
    }

    public void AddFlag(int slot, bool value) => AddUInt8(slot, value ? (byte)1 : (byte)0);

    public void AddInt16(int slot, short value)
    {
        Align(sizeof(short), 0);
        BinaryPrimitives.WriteInt16LittleEndian(Claim(sizeof(short)), value);
        _slots[slot] = _used;
    }

    public void AddInt32(int slot, int value)
    {
        Align(sizeof(int), 0);
        PushInt32(value);
        _slots[slot] = _used;
    }

    public void AddInt64(int slot, long value)
    {
        Align(sizeof(long), 0);
        PushInt64(value);
        _slots[slot] = _used;
    }

    public void AddReference(int slot, int place)
    {
        PushReference(place);
        _slots[slot] = _used;
    }

    /// <summary>Ends the table under way: the distance to its vtable, and the vtable right before it. Returns its place.</summary>
    public int EndTable()
    {
        Align(sizeof(int), 0);
        PushInt32(0);
        int table = _used;
        for (int slot = _slotCount - 1; slot >= 0; slot--)
            PushUInt16(_slots[slot] == 0 ? 0 : table - _slots[slot]);
        PushUInt16(table - _tableEnd);
        PushUInt16((_slotCount + 2) * sizeof(ushort));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_bytes.Length - table), _used - table);
        return table;
    }

    /// <summary>Writes a UTF-8 text with its count and closing zero; returns its place.</summary>
    public int Text(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Align(sizeof(int), bytes + 1);
        Claim(1)[0] = 0;
        Encoding.UTF8.GetBytes(text, Claim(bytes));
        PushInt32(bytes);
        return _used;
    }

    /// <summary>Writes a vector of references to places; returns its place.</summary>
    public int References(ReadOnlySpan<int> places)
    {
        Align(sizeof(int), places.Length * sizeof(int));
        for (int i = places.Length - 1; i >= 0; i--)
            PushReference(places[i]);
        PushInt32(places.Length);
        return _used;
    }

    /// <summary>Writes a vector of structs that are made of 64-bit words; returns its place.</summary>
    public int Structs(ReadOnlySpan<long> words, int wordsPerStruct)
    {
        // The words must lie at a multiple of 8 from the end, and the count right before them.
        Align(sizeof(int), words.Length * sizeof(long));
        Align(sizeof(long), words.Length * sizeof(long));
        for (int i = words.Length - 1; i >= 0; i--)
            PushInt64(words[i]);
        PushInt32(words.Length / wordsPerStruct);
        return _used;
    }

    /// <summary>Writes the reference to the root table and returns the whole buffer.</summary>
    public ReadOnlySpan<byte> Finish(int root)
    {
        Align(_alignment, sizeof(int));
        PushReference(root);
        return _bytes.AsSpan(_bytes.Length - _used);
    }

    private void PushReference(int place)
    {
        Align(sizeof(int), 0);
        PushInt32(_used + sizeof(int) - place);
    }

    private void PushUInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Claim(sizeof(ushort)), checked((ushort)value));

    private void PushInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Claim(sizeof(int)), value);

    private void PushInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Claim(sizeof(long)), value);

    /// <summary>Pads with zeros so that after <paramref name="upcomingBytes"/> more the place is a multiple of the size.</summary>
    private void Align(int size, int upcomingBytes)
    {
        _alignment = Math.Max(_alignment, size);
        int padding = -(_used + upcomingBytes) & (size - 1);
        Claim(padding).Clear();
    }

    /// <summary>The next bytes towards the start.</summary>
    private Span<byte> Claim(int count)
    {
        if (_bytes.Length - _used < count)
            Grow(count);
        _used += count;
        return _bytes.AsSpan(_bytes.Length - _used, count);
    }

    private void Grow(int count)
    {
        byte[] larger = new byte[checked(Math.Max(_bytes.Length * 2, _used + count))];
        _bytes.AsSpan(_bytes.Length - _used).CopyTo(larger.AsSpan(larger.Length - _used));
        _bytes = larger;
    }
}
