namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Cycles to nanoseconds: (cycles * Mult) >> Shift in 128 bits, as option TSC2NSEC says. Mult 0 converts nothing.</summary>
/// <remarks>The option's third number, an offset, is not added: <c>trace-cmd report</c> does not add it either.</remarks>
public readonly record struct CyclesToNs(uint Mult, int Shift)
{
    /// <summary>A shift of more bits leaves nothing of a 32-bit multiplier.</summary>
    public const uint ShiftMax = 63;

    public ulong Convert(ulong cycles) => Mult == 0 ? cycles : (ulong)(((UInt128)cycles * Mult) >> Shift);
}
