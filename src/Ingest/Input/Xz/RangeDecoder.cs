namespace ForkTrace.Ingest.Input.Xz;

/// <summary>Decodes bits of a chunk of LZMA by adaptive probabilities (11 bits of fraction; 1024 is one half).</summary>
internal struct RangeDecoder
{
    public const ushort Half = 1 << 10;
    private const int ProbabilityBits = 11;
    private const int LearningShift = 5;
    private const uint RangeMin = 1 << 24;

    private readonly byte[] _bytes;
    private readonly int _end;
    private int _at;
    private uint _range = uint.MaxValue;
    private uint _code;

    /// <summary>Decodes the first <paramref name="length"/> bytes of a buffer, which must be at least five.</summary>
    public RangeDecoder(byte[] bytes, int length)
    {
        if (length < 5 || bytes[0] != 0)
            throw new InvalidDataException("a chunk of LZMA does not begin with a zero and a code");
        _bytes = bytes;
        _end = length;
        for (_at = 1; _at < 5; _at++)
            _code = (_code << 8) | bytes[_at];
    }

    /// <summary>True if all bytes and the whole code were used, as at the end of a chunk.</summary>
    public bool IsFinished()
    {
        Refill();
        return _at == _end && _code == 0;
    }

    /// <summary>Decodes one bit and adapts its probability.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Bit(ref ushort zero)
    {
        Refill();
        uint bound = (_range >> ProbabilityBits) * zero;
        if (_code < bound)
        {
            _range = bound;
            zero += (ushort)(((1 << ProbabilityBits) - zero) >> LearningShift);
            return 0;
        }

        _range -= bound;
        _code -= bound;
        zero -= (ushort)(zero >> LearningShift);
        return 1;
    }

    /// <summary>Decodes a number, highest bit first. <paramref name="tree"/> has a probability for each prefix.</summary>
    public int Tree(Span<ushort> tree, int bits)
    {
        int node = 1;
        for (int bit = 0; bit < bits; bit++)
            node = (node << 1) | Bit(ref tree[node]);
        return node - (1 << bits);
    }

    /// <summary>Decodes a number, lowest bit first.</summary>
    public int ReverseTree(Span<ushort> tree, int bits)
    {
        int node = 1;
        int value = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            int one = Bit(ref tree[node]);
            node = (node << 1) | one;
            value |= one << bit;
        }

        return value;
    }

    /// <summary>Decodes bits without probabilities, highest first.</summary>
    public uint Direct(int bits)
    {
        uint value = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            Refill();
            _range >>= 1;
            uint one = _code >= _range ? 1u : 0;
            _code -= one * _range;
            value = (value << 1) | one;
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refill()
    {
        if (_range >= RangeMin)
            return;
        if (_at >= _end)
            CutOff();
        _range <<= 8;
        _code = (_code << 8) | _bytes[_at++];
    }

    private static void CutOff() => throw new InvalidDataException("a chunk of LZMA needs more bytes than it has");
}
