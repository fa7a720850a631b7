namespace ForkTrace.Ingest.Input;

/// <summary>
/// Reads numbers, texts and blocks one after another from a part of the input, in the recorder's byte order. Every read is checked
/// against the part's end and rejected as truncated, so a reader built on it cannot leave the input; every read goes forward.
/// </summary>
/// <remarks>For headers and sections. Loops over records slice once a record instead.</remarks>
public ref struct ByteCursor
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _start;
    private int _position;

    /// <param name="bytes">The part of the input.</param>
    /// <param name="start">Its offset in the input, for messages.</param>
    /// <param name="swap">True when the recorder's byte order is not this machine's.</param>
    public ByteCursor(ReadOnlySpan<byte> bytes, long start, bool swap)
    {
        _bytes = bytes;
        _start = start;
        Swap = swap;
    }

    /// <summary>True when the recorder's byte order is not this machine's. May change on the way: some headers tell it.</summary>
    public bool Swap { get; set; }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Offset in the input of the next byte.</summary>
    public readonly long Offset => _start + _position;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    public readonly bool IsAtEnd => _position == _bytes.Length;

    /// <summary>The next <paramref name="length"/> bytes; <paramref name="what"/> names them if they are not all there.</summary>
    public ReadOnlySpan<byte> ReadBytes(ulong length, string what)
    {
        if (length > (ulong)Remaining)
            Reject.Truncated(what, Offset, (long)Math.Min(length, long.MaxValue), Remaining);
        ReadOnlySpan<byte> bytes = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    public byte ReadByte(string what) => ReadBytes(1, what)[0];

    public ushort ReadUInt16(string what)
    {
        ushort value = BitConverter.ToUInt16(ReadBytes(2, what));
        return Swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    public uint ReadUInt32(string what)
    {
        uint value = BitConverter.ToUInt32(ReadBytes(4, what));
        return Swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    public ulong ReadUInt64(string what)
    {
        ulong value = BitConverter.ToUInt64(ReadBytes(8, what));
        return Swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>Bytes up to a NUL, which is read too; rejects a text of more than <paramref name="lengthMax"/> bytes.</summary>
    public string ReadText(int lengthMax, string what)
    {
        ReadOnlySpan<byte> rest = _bytes[_position..];
        int nul = rest[..(int)Math.Min(rest.Length, (long)lengthMax + 1)].IndexOf((byte)0);
        if (nul < 0 && rest.Length <= lengthMax)
            Reject.Truncated(what, Offset, rest.Length + 1, rest.Length);
        if (nul < 0)
            Reject.Invalid(what, Offset, $"a text longer than {lengthMax} bytes", $"at most {lengthMax} bytes and a NUL");
        _position += nul + 1;
        return Encoding.UTF8.GetString(rest[..nul]);
    }

    /// <summary>Reads bytes that must be <paramref name="expected"/>.</summary>
    public void Expect(ReadOnlySpan<byte> expected, string what)
    {
        long offset = Offset;
        ReadOnlySpan<byte> found = ReadBytes((ulong)expected.Length, what);
        if (!found.SequenceEqual(expected))
            Reject.Invalid(what, offset, Convert.ToHexStringLower(found), Convert.ToHexStringLower(expected));
    }
}
