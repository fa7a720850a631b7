namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>The fields that mean something, as a packet's head or an event is walked.</summary>
internal ref struct CtfRow
{
    private Numbers _numbers;
    private uint _seen;

    public ReadOnlySpan<byte> Comm { get; private set; }

    public ReadOnlySpan<byte> NextComm { get; private set; }

    public ReadOnlySpan<byte> CacheName { get; private set; }

    public readonly bool Has(CtfSlot slot) => (_seen & (1u << (int)slot)) != 0;

    /// <summary>The slot's number, or what stands for it where the field is missing.</summary>
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
