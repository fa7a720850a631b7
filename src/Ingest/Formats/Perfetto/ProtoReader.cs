namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// Reads the fields of one protobuf message in place: <c>tag = number &lt;&lt; 3 | wire type</c>, then a varint, 4 or 8 bytes, or a
/// length and that many bytes (protobuf.dev, "Encoding"). Damage ends the reading and sets <see cref="IsDamaged"/>; nothing is thrown.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    /// <summary>Maximum number of bytes of a number.</summary>
    public const int VarintBytesMax = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field that <see cref="TryNext"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The field's bytes, if it is a text, a message or a packed list; empty for numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool IsBytes { get; private set; }

    /// <summary>True if the message is not valid.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Goes to the next field. False at the message's end or at damage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext()
    {
        if (_rest.IsEmpty)
            return false;
        if (!TryVarint(ref _rest, out ulong tag) || tag >> 3 is 0 or > int.MaxValue >> 2)
            return Fail();
        Field = (int)(tag >> 3);
        IsBytes = (tag & 7) == 2;
        if ((tag & 7) == 0)
        {
            Bytes = default;
            return TryVarint(ref _rest, out ulong number) ? Found(number) : Fail();
        }

        return IsBytes ? TryBytes() : TryFixed((int)(tag & 7));
    }

    /// <summary>Removes a varint from the beginning of <paramref name="bytes"/>. False if there is none; then nothing is removed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        if (!bytes.IsEmpty && bytes[0] < 0x80)
        {
            value = bytes[0];
            bytes = bytes[1..];
            return true;
        }

        return TryLongVarint(ref bytes, out value);
    }

    private static bool TryLongVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        int end = Math.Min(bytes.Length, VarintBytesMax);
        for (int at = 0; at < end; at++)
        {
            value |= (ulong)(bytes[at] & 0x7F) << (7 * at);
            if (bytes[at] >= 0x80)
                continue;
            bytes = bytes[(at + 1)..];
            return true;
        }

        return false;
    }

    private bool TryBytes()
    {
        if (!TryVarint(ref _rest, out ulong length) || length > (ulong)_rest.Length)
            return Fail();
        Number = 0;
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    // Wire types 1 and 5. No Perfetto message has groups (3 and 4).
    private bool TryFixed(int wireType)
    {
        int length = wireType switch { 1 => 8, 5 => 4, _ => -1 };
        if (length < 0 || length > _rest.Length)
            return Fail();
        ulong number = length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_rest) : BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[length..];
        Bytes = default;
        return Found(number);
    }

    private bool Found(ulong number)
    {
        Number = number;
        return true;
    }

    private bool Fail()
    {
        _rest = default;
        IsDamaged = true;
        return false;
    }
}
