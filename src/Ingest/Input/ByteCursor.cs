namespace ForkTrace.Ingest.Input;

/// <summary>
/// Reads numbers, texts and blocks in sequence from a part of the input, in the recorder's byte order. Every read is checked against the
/// end of the part and rejected as truncated beyond it, so a reader built on this cannot leave the input. Every read moves forward.
/// </summary>
/// <remarks>For headers and sections. Loops over records slice once per record instead.</remarks>
/// <param name="bytes">The part of the input.</param>
/// <param name="start">Its offset in the input, for messages.</param>
/// <param name="swap">True when the recorder's byte order is not this machine's.</param>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes, long start, bool swap)
{
    // Number of bytes of the input read at a time.
    private const int PieceBytes = 1 << 16;

    private readonly TraceInput? _input;
    private ReadOnlySpan<byte> _bytes = bytes;
    private long _start = start;
    private int _position;

    /// <summary>A cursor over an input from an offset to its end. Skipped data is read in pieces; returned data is a permanent
    /// copy.</summary>
    public ByteCursor(TraceInput input, long start, bool swap)
        : this([], start, swap) => _input = input;

    /// <summary>True if the recorder's byte order is not this machine's. Some headers state the byte order, so it can change.</summary>
    public bool Swap { get; set; } = swap;

    public readonly int Position => _position;

    /// <summary>Offset of the next byte in the input.</summary>
    public readonly long Offset => _start + _position;

    public readonly int Remaining => _input is null ? _bytes.Length - _position : _input.BytesAt(Offset, int.MaxValue);
    public readonly bool IsAtEnd => Remaining == 0;

    /// <summary>The next <paramref name="length"/> bytes; if they are not all present, the error names them by <paramref
    /// name="what"/>.</summary>
    public ReadOnlySpan<byte> ReadBytes(ulong length, string what)
    {
        if (length > (ulong)Remaining)
            Reject.Truncated(what, Offset, (long)Math.Min(length, long.MaxValue), Remaining);
        Fetch((int)length);
        ReadOnlySpan<byte> bytes = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    /// <summary>The next bytes as a separate cursor. See <see cref="ReadBytes"/>.</summary>
    public ByteCursor ReadPart(ulong length, string what)
    {
        long offset = Offset;
        return new ByteCursor(ReadBytes(length, what), offset, Swap);
    }

    public byte ReadByte(string what) => ReadBytes(1, what)[0];

    public ushort ReadUInt16(string what)
    {
        ushort value = BitConverter.ToUInt16(ReadBytes(2, what));
        return Swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    public uint ReadUInt32(string what) => (uint)Number(ReadBytes(4, what), 4, Swap);

    /// <summary>Same as <see cref="ReadUInt32(string)"/>, but rejects a number above <paramref name="max"/>.</summary>
    public uint ReadUInt32(string what, uint max)
    {
        long offset = Offset;
        uint value = ReadUInt32(what);
        if (value > max)
            Reject.Invalid(what, offset, $"{value}", $"at most {max}");
        return value;
    }

    public ulong ReadUInt64(string what) => Number(ReadBytes(8, what), 8, Swap);

    /// <summary>The number of 4 or 8 bytes at the beginning of <paramref name="bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Number(ReadOnlySpan<byte> bytes, int size, bool swap)
    {
        if (size == sizeof(uint))
        {
            uint four = BitConverter.ToUInt32(bytes);
            return swap ? BinaryPrimitives.ReverseEndianness(four) : four;
        }

        ulong eight = BitConverter.ToUInt64(bytes);
        return swap ? BinaryPrimitives.ReverseEndianness(eight) : eight;
    }

    /// <summary>Bytes up to a NUL, which is consumed too. Rejects a text of more than <paramref name="lengthMax"/> bytes.</summary>
    public string ReadText(int lengthMax, string what)
    {
        Fetch((int)Math.Min(Remaining, (long)lengthMax + 1));
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

    private void Fetch(int length)
    {
        if (_input is null || length <= _bytes.Length - _position)
            return;
        _start += _position;
        _position = 0;
        _bytes = _input.SliceUpTo(_start, Math.Max(length, PieceBytes));
    }
}
