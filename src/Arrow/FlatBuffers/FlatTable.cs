namespace ForkTrace.Arrow.FlatBuffers;

/// <summary>One table of a flatbuffer: its fields by slot number, each absent or present.</summary>
/// <remarks>
/// <code>
/// table:   int32 distance back to the vtable | fields
/// vtable:  uint16 bytes of the vtable | uint16 bytes of the table | uint16 place in the table, by slot; 0 = absent
/// </code>
/// </remarks>
internal readonly ref struct FlatTable
{
    private const int VtableHeaderBytes = 4;

    private readonly FlatBytes _bytes;
    private readonly string _name;
    private readonly int _table;
    private readonly int _vtable;
    private readonly int _vtableBytes;
    private readonly int _tableBytes;

    public FlatTable(FlatBytes bytes, int position, string name)
    {
        _bytes = bytes;
        _name = name;
        _table = position;
        bytes.TakeTable(position);
        long vtable = position - (long)bytes.Int32(position, name);
        Reject.Outside($"vtable of {name}", bytes.FileOffset(position), vtable, 0, bytes.Length - VtableHeaderBytes);
        _vtable = (int)vtable;
        _vtableBytes = bytes.UInt16(_vtable, name);
        Reject.Outside($"vtable length of {name}", FileOffset, _vtableBytes, VtableHeaderBytes, bytes.Length - _vtable);
        _tableBytes = bytes.UInt16(_vtable + 2, name);
        Reject.Outside($"table length of {name}", FileOffset, _tableBytes, sizeof(int), bytes.Length - position);
    }

    /// <summary>Where the table is in the file, for messages.</summary>
    public long FileOffset => _bytes.FileOffset(_table);

    public bool Has(int slot) => Place(slot, 1) != 0;

    public byte UInt8(int slot, byte absent = 0) => Place(slot, 1) is var at and not 0 ? _bytes.UInt8(at, _name) : absent;

    public bool Flag(int slot) => UInt8(slot) != 0;

    public short Int16(int slot, short absent = 0) =>
        Place(slot, 2) is var at and not 0 ? (short)_bytes.UInt16(at, _name) : absent;

    public int Int32(int slot, int absent = 0) => Place(slot, 4) is var at and not 0 ? _bytes.Int32(at, _name) : absent;

    public long Int64(int slot, long absent = 0) => Place(slot, 8) is var at and not 0 ? _bytes.Int64(at, _name) : absent;

    /// <summary>The text in a slot, or null if it is absent.</summary>
    public string? Text(int slot, string name) => Place(slot, 4) is var at and not 0 ? _bytes.Text(at, name) : null;

    /// <summary>The table in a slot; false if it is absent.</summary>
    public bool TryTable(int slot, string name, out FlatTable table)
    {
        int at = Place(slot, 4);
        table = at == 0 ? default : new FlatTable(_bytes, _bytes.Follow(at, name), name);
        return at != 0;
    }

    /// <summary>The table in a slot, which must be there.</summary>
    public FlatTable Table(int slot, string name)
    {
        if (!TryTable(slot, name, out FlatTable table))
            Reject.With($"{name} of {_name}", FileOffset, "nothing", "a table");
        return table;
    }

    /// <summary>The vector in a slot; an absent one is empty.</summary>
    /// <param name="slot">Which field of the table.</param>
    /// <param name="elementBytes">Bytes an element: 4 for references, the size of a struct for structs.</param>
    /// <param name="name">What it is, for messages.</param>
    public FlatVector Vector(int slot, int elementBytes, string name)
    {
        int at = Place(slot, 4);
        return at == 0 ? default : new FlatVector(_bytes, _bytes.Follow(at, name), elementBytes, name);
    }

    private int Place(int slot, int bytes)
    {
        int entry = VtableHeaderBytes + (slot * sizeof(ushort));
        if (entry + sizeof(ushort) > _vtableBytes)
            return 0;
        int place = _bytes.UInt16(_vtable + entry, _name);
        if (place == 0)
            return 0;
        Reject.Outside($"field {slot} of {_name}", FileOffset, place, sizeof(int), _tableBytes - bytes);
        return _table + place;
    }
}
