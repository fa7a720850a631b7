namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// A clock whose times are first brought to the host's (recordings of guests), then from cycles to nanoseconds, then shifted; the
/// order is that of libtracecmd's timestamp_calc.
/// </summary>
public readonly struct ConvertedClock(CpuTimeShift? shift, CyclesToNs cycles, long offsetNs) : ITraceClock
{
    public long ToNs(ulong time) => (long)cycles.Convert(shift is null ? time : shift.Convert(time)) + offsetNs;
}
