namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>A clock whose times are only shifted.</summary>
public readonly struct PlainClock(long offsetNs) : ITraceClock
{
    public long ToNs(ulong time) => (long)time + offsetNs;
}
