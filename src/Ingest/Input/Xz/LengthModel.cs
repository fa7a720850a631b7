namespace ForkTrace.Ingest.Input.Xz;

/// <summary>What was learned of the lengths of matches: 2 to 9, 10 to 17 (both by position), 18 to 273.</summary>
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
