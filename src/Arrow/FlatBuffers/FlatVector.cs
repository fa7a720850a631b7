namespace ForkTrace.Arrow.FlatBuffers;

/// <summary>A vector of a flatbuffer: a uint32 count, then the elements. The default value is an empty vector.</summary>
internal readonly ref struct FlatVector
{
    private readonly FlatBytes _bytes;
    private readonly string _name;
    private readonly int _start;
    private readonly int _elementBytes;

    public FlatVector(FlatBytes bytes, int position, int elementBytes, string name)
    {
        _bytes = bytes;
        _name = name;
        _elementBytes = elementBytes;
        uint count = (uint)bytes.Int32(position, name);
        _start = position + sizeof(int);
        Reject.Outside($"count of {name}", bytes.FileOffset(position), count, 0, (bytes.Length - _start) / elementBytes);
        Count = (int)count;
    }

    public int Count { get; }

    /// <summary>Where an element is in the file, for messages.</summary>
    public long FileOffset(int index) => _bytes.FileOffset(_start + (index * _elementBytes));

    /// <summary>The table that element <paramref name="index"/> refers to.</summary>
    public FlatTable Table(int index) => new(_bytes, _bytes.Follow(_start + (index * _elementBytes), _name), _name);

    public int Int32(int index, int at) => _bytes.Int32(_start + (index * _elementBytes) + at, _name);

    public long Int64(int index, int at) => _bytes.Int64(_start + (index * _elementBytes) + at, _name);
}
