namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Reads a value by its type, and notes the marked fields and the clock's low bits. Allocates nothing.</summary>
internal sealed class CtfWalker
{
    /// <summary>The clock's time, from the packet's beginning and the low bits in events.</summary>
    public ulong Cycles { get; set; }

    /// <summary>Reads a structure, if there is one; false if it does not fit into the packet.</summary>
    public bool TryWalk(ref BitCursor bits, CtfType? type, ref CtfRow row) => type is null || TryWalk(ref bits, type, null, ref row);

    private bool TryWalk(ref BitCursor bits, CtfType type, CtfField? field, ref CtfRow row)
    {
        if (!bits.TryAlign(type.Align))
            return false;
        switch (type.Kind)
        {
            case CtfTypeKind.Integer or CtfTypeKind.Enumeration:
                return TryNumber(ref bits, type, field, ref row);
            case CtfTypeKind.Floating:
                return bits.TrySkip(type.Bits);
            case CtfTypeKind.Structure:
                foreach (CtfField member in type.Fields)
                {
                    if (!TryWalk(ref bits, member.Type, member, ref row))
                        return false;
                }

                return true;
            case CtfTypeKind.Variant:
                return Option(type) is { } option && TryWalk(ref bits, option.Type, option, ref row);
            case CtfTypeKind.Text:
                if (!bits.TryText(out ReadOnlySpan<byte> text))
                    return false;
                row.Set(field?.Slot ?? CtfSlot.None, text);
                return true;
            default:
                long length = type.Kind == CtfTypeKind.Array ? type.Length : type.Selector!.Value;
                return TryElements(ref bits, type.Element!, length, field, ref row);
        }
    }

    private bool TryNumber(ref BitCursor bits, CtfType type, CtfField? field, ref CtfRow row)
    {
        if (!bits.TryRead(type, out long value))
            return false;
        if (type.IsClock)
            Advance((ulong)value, type.Bits);
        if (field is null)
            return true;
        field.Value = value;
        if (field.Slot != CtfSlot.None)
            row.Set(field.Slot, value);
        return true;
    }

    // The value has only the clock's low bits, and these wrapped at most once.
    private void Advance(ulong value, int bits)
    {
        if (bits == 64)
        {
            Cycles = value;
            return;
        }

        ulong round = 1UL << bits;
        ulong cycles = (Cycles & ~(round - 1)) | value;
        Cycles = cycles < Cycles ? cycles + round : cycles;
    }

    private static CtfField? Option(CtfType variant)
    {
        CtfField tag = variant.Selector!;
        foreach ((string name, long first, long last) in tag.Type.Labels)
        {
            if (tag.Value < first || tag.Value > last)
                continue;
            foreach (CtfField option in variant.Fields)
            {
                if (option.Name == name)
                    return option;
            }
        }

        return null;
    }

    private bool TryElements(ref BitCursor bits, CtfType element, long length, CtfField? field, ref CtfRow row)
    {
        // Each element has at least one bit, so this limits the loop.
        if (length < 0 || length > (bits.End - bits.At) / Math.Max(1, element.BitsMin))
            return false;
        if (element.IsByte)
        {
            if (!bits.TryBytes((int)length, out ReadOnlySpan<byte> text))
                return false;
            row.Set(field?.Slot ?? CtfSlot.None, text);
            return true;
        }

        for (long index = 0; index < length; index++)
        {
            if (!TryWalk(ref bits, element, null, ref row))
                return false;
        }

        return true;
    }
}

/// <summary>The marked fields of a packet's header or an event.</summary>
internal ref struct CtfRow
{
    private Numbers _numbers;
    private uint _seen;

    public ReadOnlySpan<byte> Comm { get; private set; }
    public ReadOnlySpan<byte> NextComm { get; private set; }
    public ReadOnlySpan<byte> CacheName { get; private set; }

    public readonly bool Has(CtfSlot slot) => (_seen & (1u << (int)slot)) != 0;

    /// <summary>The slot's value, or <paramref name="otherwise"/> if the field is missing.</summary>
    public readonly long Number(CtfSlot slot, long otherwise = 0) => Has(slot) ? _numbers[(int)slot] : otherwise;

    public void Set(CtfSlot slot, long value)
    {
        _numbers[(int)slot] = value;
        _seen |= 1u << (int)slot;
    }

    public void Set(CtfSlot slot, ReadOnlySpan<byte> text)
    {
        if (slot == CtfSlot.Comm)
            Comm = text;
        else if (slot == CtfSlot.NextComm)
            NextComm = text;
        else if (slot == CtfSlot.CacheName)
            CacheName = text;
    }

    [System.Runtime.CompilerServices.InlineArray((int)CtfSlot.Sequence + 1)]
    private struct Numbers
    {
        private long _first;
    }
}
