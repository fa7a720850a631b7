namespace ForkTrace.Ingest.Input.Xz;

/// <summary>Decodes the symbols of LZMA into a window: literals, matches, and repetitions of one of the last four distances.</summary>
/// <remarks>
/// See lzma-specification.txt of the LZMA SDK. A symbol's bits:
/// <code>
/// 0 literal
/// 1 0 match: length, distance
/// 1 1 0 0 short repetition (one byte) | 1 1 0 1 rep0 | 1 1 1 0 rep1 | 1 1 1 1 0 rep2 | 1 1 1 1 1 rep3: length
/// </code>
/// </remarks>
internal sealed class LzmaDecoder(LzmaWindow window)
{
    /// <summary>The largest number of position states. Probabilities depend on the position modulo the number of states.</summary>
    public const int PositionStates = 16;

    private const int States = 12;
    private const int FirstStateAfterMatch = 7;
    private const int LiteralProbabilities = 0x300;
    private const int LengthStates = 4;
    private const int SlotBits = 6;
    private const int FirstSlotWithBits = 4;
    private const int FirstDirectSlot = 14;
    private const int AlignBits = 4;
    private const int ModelledDistances = 128;

    private readonly ushort[] _isMatch = new ushort[States * PositionStates];
    private readonly ushort[] _isRepetition = new ushort[States];
    private readonly ushort[] _isNotFirst = new ushort[States];
    private readonly ushort[] _isNotSecond = new ushort[States];
    private readonly ushort[] _isNotThird = new ushort[States];
    private readonly ushort[] _isLong = new ushort[States * PositionStates];
    private readonly ushort[] _slots = new ushort[LengthStates << SlotBits];
    private readonly ushort[] _distances = new ushort[ModelledDistances];
    private readonly ushort[] _align = new ushort[1 << AlignBits];
    private readonly LengthModel _matchLengths = new();
    private readonly LengthModel _repetitionLengths = new();
    private ushort[] _literals = [];
    private int _literalContextBits;
    private int _literalPositionMask;
    private int _positionMask;
    private int _state;

    // Here, distances count from 1.
    private uint _rep0 = 1, _rep1 = 1, _rep2 = 1, _rep3 = 1;

    /// <summary>Sets the three numbers in a properties byte, (pb * 5 + lp) * 9 + lc, and resets the state.</summary>
    public void SetProperties(byte properties)
    {
        (int lc, int lp, int pb) = (properties % 9, properties / 9 % 5, properties / 45);
        if (pb > 4 || lc + lp > 4)
            throw new InvalidDataException($"the properties of a chunk of LZMA2 are {properties:x2}, which the format does not allow");
        (_literalContextBits, _literalPositionMask, _positionMask) = (lc, (1 << lp) - 1, (1 << pb) - 1);
        _literals = new ushort[LiteralProbabilities << (lc + lp)];
        Reset();
    }

    public void Reset()
    {
        ushort[][] all = [_isMatch, _isRepetition, _isNotFirst, _isNotSecond, _isNotThird, _isLong, _slots, _distances, _align, _literals];
        foreach (ushort[] probabilities in all)
            probabilities.AsSpan().Fill(RangeDecoder.Half);
        _matchLengths.Reset();
        _repetitionLengths.Reset();
        _state = 0;
        _rep0 = _rep1 = _rep2 = _rep3 = 1;
    }

    /// <summary>Decodes one chunk, which must give exactly <paramref name="contentBytes"/>.</summary>
    public void Decode(ref RangeDecoder bits, int contentBytes)
    {
        long end = window.Position + contentBytes;
        while (window.Position < end)
        {
            int positionState = (int)window.Position & _positionMask;
            if (bits.Bit(ref _isMatch[(_state * PositionStates) + positionState]) == 0)
            {
                Literal(ref bits);
                continue;
            }

            int length = bits.Bit(ref _isRepetition[_state]) == 0
                ? Match(ref bits, positionState)
                : Repetition(ref bits, positionState);
            if (length > end - window.Position)
                throw new InvalidDataException("a match of LZMA goes beyond the end of its chunk");
            window.Repeat(_rep0, length);
        }

        if (!bits.IsFinished())
            throw new InvalidDataException("a chunk of LZMA contains more than its header says");
    }

    private void Literal(ref RangeDecoder bits)
    {
        int position = (int)window.Position & _literalPositionMask;
        int context = (position << _literalContextBits) | (window.Last >> (8 - _literalContextBits));
        Span<ushort> probabilities = _literals.AsSpan(context * LiteralProbabilities, LiteralProbabilities);
        int symbol = 1;
        if (_state >= FirstStateAfterMatch)
        {
            // After a match, the literal differs from the byte that would continue the match, so that byte selects the probabilities.
            int expected = window.Back(_rep0);
            while (symbol < 0x100)
            {
                expected <<= 1;
                int expectedBit = expected & 0x100;
                int bit = bits.Bit(ref probabilities[0x100 + expectedBit + symbol]);
                symbol = (symbol << 1) | bit;
                if (expectedBit != bit << 8)
                    break;
            }
        }

        while (symbol < 0x100)
            symbol = (symbol << 1) | bits.Bit(ref probabilities[symbol]);
        window.Put((byte)symbol);
        _state = _state < 4 ? 0 : _state < 10 ? _state - 3 : _state - 6;
    }

    private int Match(ref RangeDecoder bits, int positionState)
    {
        (_rep3, _rep2, _rep1) = (_rep2, _rep1, _rep0);
        int length = _matchLengths.Next(ref bits, positionState);
        _state = _state < FirstStateAfterMatch ? 7 : 10;
        int lengthState = Math.Min(length - 2, LengthStates - 1);
        int slot = bits.Tree(_slots.AsSpan(lengthState << SlotBits, 1 << SlotBits), SlotBits);
        _rep0 = Distance(ref bits, slot) + 1;
        return length;
    }

    // A slot gives a distance's highest two bits and the number of bits that follow. If there are many, only the lowest four have
    // probabilities.
    private uint Distance(ref RangeDecoder bits, int slot)
    {
        if (slot < FirstSlotWithBits)
            return (uint)slot;
        int more = (slot >> 1) - 1;
        uint distance = (2u | ((uint)slot & 1)) << more;
        if (slot < FirstDirectSlot)
            return distance + (uint)bits.ReverseTree(_distances.AsSpan((int)distance - slot), more);
        distance += bits.Direct(more - AlignBits) << AlignBits;
        return distance + (uint)bits.ReverseTree(_align, AlignBits);
    }

    private int Repetition(ref RangeDecoder bits, int positionState)
    {
        bool isShort = false;
        if (bits.Bit(ref _isNotFirst[_state]) == 0)
            isShort = bits.Bit(ref _isLong[(_state * PositionStates) + positionState]) == 0;
        else if (bits.Bit(ref _isNotSecond[_state]) == 0)
            (_rep0, _rep1) = (_rep1, _rep0);
        else if (bits.Bit(ref _isNotThird[_state]) == 0)
            (_rep0, _rep1, _rep2) = (_rep2, _rep0, _rep1);
        else
            (_rep0, _rep1, _rep2, _rep3) = (_rep3, _rep0, _rep1, _rep2);

        bool isAfterLiteral = _state < FirstStateAfterMatch;
        if (isShort)
        {
            _state = isAfterLiteral ? 9 : 11;
            return 1;
        }

        _state = isAfterLiteral ? 8 : 11;
        return _repetitionLengths.Next(ref bits, positionState);
    }
}

/// <summary>The probabilities of match lengths: 2 to 9 and 10 to 17 (by position state), and 18 to 273.</summary>
internal sealed class LengthModel
{
    private const int LengthMin = 2;
    private const int ShortBits = 3;
    private const int LongBits = 8;
    private readonly ushort[] _choice = new ushort[2];
    private readonly ushort[] _low = new ushort[LzmaDecoder.PositionStates << ShortBits];
    private readonly ushort[] _middle = new ushort[LzmaDecoder.PositionStates << ShortBits];
    private readonly ushort[] _high = new ushort[1 << LongBits];

    public void Reset()
    {
        _choice.AsSpan().Fill(RangeDecoder.Half);
        _low.AsSpan().Fill(RangeDecoder.Half);
        _middle.AsSpan().Fill(RangeDecoder.Half);
        _high.AsSpan().Fill(RangeDecoder.Half);
    }

    public int Next(ref RangeDecoder bits, int positionState)
    {
        const int Shorts = 1 << ShortBits;
        if (bits.Bit(ref _choice[0]) == 0)
            return LengthMin + bits.Tree(_low.AsSpan(positionState << ShortBits, Shorts), ShortBits);
        if (bits.Bit(ref _choice[1]) == 0)
            return LengthMin + Shorts + bits.Tree(_middle.AsSpan(positionState << ShortBits, Shorts), ShortBits);
        return LengthMin + (2 * Shorts) + bits.Tree(_high, LongBits);
    }
}
