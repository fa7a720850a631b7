namespace ForkTrace.Ingest.Input.Xz;

/// <summary>
/// The sizes of a stream's blocks, one after another, folded into numbers of fixed size: those seen and those that the index lists are the
/// same if these are.
/// </summary>
internal struct XzBlockSizes : IEquatable<XzBlockSizes>
{
    private ulong _unpadded;
    private ulong _content;
    private ulong _order;

    /// <summary>Blocks so far.</summary>
    public ulong Count { get; private set; }

    public void Add(ulong unpaddedBytes, ulong contentBytes)
    {
        Span<byte> both = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(both, unpaddedBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(both[sizeof(ulong)..], contentBytes);
        _order = ReflectedCrc.Crc64.Append(_order, both);
        _unpadded += unpaddedBytes;
        _content += contentBytes;
        Count++;
    }

    public readonly bool Equals(XzBlockSizes other) =>
        (Count, _unpadded, _content, _order) == (other.Count, other._unpadded, other._content, other._order);

    public override readonly bool Equals(object? obj) => obj is XzBlockSizes other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Count, _order);
}
