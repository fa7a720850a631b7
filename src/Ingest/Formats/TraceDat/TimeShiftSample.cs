namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>One measurement of a guest CPU's clock against the host's.</summary>
/// <param name="Time">Guest time of the measurement.</param>
/// <param name="Offset">What to add, after scaling.</param>
/// <param name="Scaling">Multiplier of the guest's time.</param>
/// <param name="FractionBits">Bits to shift the product right by.</param>
public readonly record struct TimeShiftSample(ulong Time, long Offset, ulong Scaling, int FractionBits);
